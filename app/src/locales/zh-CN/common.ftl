# 各页共用的话。

back = 返回
back-home = 返回首页
save = 保存
saved = 已保存
continue = 继续
cancel = 取消
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
