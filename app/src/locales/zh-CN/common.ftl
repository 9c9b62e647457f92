# 各页共用的话。

back = 返回
back-home = 返回首页
save = 保存
saved = 已保存
cancel = 取消
confirm = 确认
older = 较早的
newest = 最新的
none-yet = 暂无内容
error-summary-title = 有内容需要修改
title-with-error = 错误：{ $title }

# 等待时间，放进别的句子里。
wait-seconds = { $n } 秒
wait-minutes = { $n } 分钟
wait-hours = { $n } 小时

error-too-often = 操作太频繁，请在 { $wait }后再试。
error-busy = 现在使用的人较多，请稍等几秒再试。您填写的内容没有丢失。
error-required = 请填写此项。
error-too-long = 内容太长，请缩短后再提交。

messages-read-all = 全部标为已读

# 谁看过我的数据：同一天的同样查看合并成一行。
access-times = { $time } · 当天共 { $n } 次

# 关于本站。
about-title = 关于本站
about-lead = 政务服务事项的统一入口：找得到、看得懂、一次办好。
about-demo = 这是演示站
about-demo-text = 这里的人、单位、办件和证照都是虚构的，短信不会真的发出，办理结果没有法律效力。
about-who = 谁在办理
about-who-text = 每件事由办事指南里写明的部门受理和决定，该部门对结果负责。本站代为接收申请、取数、通知进度和送达证照。
about-does = 在这里能做什么
about-does-text = 查办事指南、在线申请、看进度、收消息、用电子证照，也可以核验别人出示的证照。不登录也能查指南和核验。
about-genuine = 怎样认准我们
about-genuine-text = 请看浏览器地址栏里的网址。我们不会打电话或发短信索要验证码、密码和银行卡号，除办事指南写明的费用外不收任何费用。
about-contact = 联系我们
about-contact-text = 咨询、投诉和建议请拨打 12345，或者到就近的政务服务大厅。
privacy-title = 隐私
privacy-lead = 我们怎样处理您的个人信息，依据是《中华人民共和国个人信息保护法》。
privacy-who = 谁负责
privacy-who-text = 您申请的事项由哪个部门办理，哪个部门就是您个人信息的处理者，名称写在办事指南和办件页面上。有疑问请联系该部门，或者拨打 12345。
privacy-what = 收集什么
privacy-what-text = 手机号、姓名和身份证号用于登录和实名；办事时您填写的内容、上传的文件，以及您同意后从各登记库取到的信息，只随那一件事保存。
privacy-use = 用来做什么
privacy-use-text = 只用于办理您提交的事项、通知您进展、出具证照。每次取数前都会写明取什么、向谁取、做什么用、保存多久，由您确认。
privacy-protect = 怎样保护
privacy-protect-text = 身份证号、姓名、手机号、住址和您写的内容加密保存，页面上默认遮挡。工作人员查看完整号码要写明用途，并且留下您能看到的记录。
privacy-rights = 您的权利
privacy-rights-text = 在“我的”里可以看到谁看过您的数据、撤回授权、退出其他设备、删除没有提交的草稿。需要查阅、更正或删除其他信息，请联系办理部门或拨打 12345。
privacy-cookies = Cookie
privacy-cookies-text = 只用两个：一个保持登录，一个记住语言、显示方式和您选的地区。没有广告，也没有第三方统计。
privacy-date = 更新日期
privacy-date-text = 本说明自 2026-11-25 起适用。内容有变化时，会在这里写明日期。
accessibility-title = 无障碍
accessibility-lead = 每个人都应当能用手机把事办好。
accessibility-standard = 标准
accessibility-standard-text = 页面按《信息技术 互联网内容无障碍可访问性技术要求与测试方法》（GB/T 37668—2019）和 WCAG 2.2 AA 级设计，并用工具和真人检查。
accessibility-ways = 怎样用得更顺手
accessibility-ways-text = 首页右上角和每页底部都可以切换长辈版：字更大、按钮更大；深色和英文也在每页底部。登录后这些选择会跟着您的账号。全部功能只用键盘就能操作，关掉脚本也能办事，放大到 200% 不会丢内容，也没有拼图验证码。
accessibility-help = 遇到困难
accessibility-help-text = 请拨打 12345，或者到就近的政务服务大厅，工作人员会帮您办。
