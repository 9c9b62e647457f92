# 首页之外的框架页：设置、出错页。

preferences-title = 语言与显示
preferences-lead = 选择后立即生效，这台设备会记住。

regions-title = 选择您所在的地方
regions-lead = 大部分事项由县（区）级部门办理。选好后，办事指南会写明是哪个县（区）；事项本身都一样，也都能在网上申请。

page-not-found = 没有找到这个页面
page-not-found-text = 网址可能写错了，或者页面已经移走。您可以回到首页重新查找。
page-forbidden = 不能这样操作
page-forbidden-text = 这个请求来自别的网站，或者您没有办理权限。请回到本网站重新操作。
page-wrong-method = 不能这样打开
page-wrong-method-text = 这个地址只接收表单。请回到首页重新操作。
page-changed = 这里的内容已经变了
page-changed-text = 您打开这一页以后，情况有了变化，刚才的操作没有生效，已经提交的内容没有改动。请从“我的办件”或首页打开，查看最新情况。
page-too-large = 提交的内容太大
page-too-large-text = 请返回上一页，缩短文字或压缩文件后再提交。
page-too-often = 操作太频繁
page-too-often-text = 请稍等片刻再试。
page-busy = 暂时繁忙
page-busy-text = 现在使用的人较多，或者系统正在维护。请过几秒钟再试，已保存的内容不会丢失。
page-bad-request = 无法处理这个请求
page-bad-request-text = 提交的内容不完整或格式不对。请返回上一页检查后再试。
page-broken = 系统出错了
page-broken-text = 问题已经记录，我们会尽快处理。请稍后再试。
