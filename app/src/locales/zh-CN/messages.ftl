# 消息中心。每种消息有标题和正文：message-<种类>-title、message-<种类>-text。

messages = 消息
messages-empty = 还没有消息
messages-empty-text = 办件有进展时，会在这里通知您。
message-to-case = 查看办件
message-other-title = 一条消息
message-other-text = 这条消息的内容暂时无法显示。

message-identity-verified-title = 实名认证已完成
message-identity-verified-text = 您的身份已由公安人口库核对。如非本人操作，请立即拨打 12345。
message-password-changed-title = 登录密码已修改
message-password-changed-text = 其他设备已退出登录。如非本人操作，请用验证码登录后重设密码，或拨打 12345。
message-phone-changed-title = 登录手机号已更换
message-phone-changed-text = 现在用 { $phone } 登录，其他设备已退出登录。如非本人操作，请立即拨打 12345。
message-mail-changed-title = 通知邮箱已更新
message-mail-changed-text = 办件进展会同时发到 { $mail }。如非本人操作，请修改登录密码，或拨打 12345。
message-mail-removed-title = 已停用通知邮箱
message-mail-removed-text = 办件进展不再发到邮箱，仍会用短信通知您。如非本人操作，请修改登录密码，或拨打 12345。
message-case-submitted-title = 已提交：{ $service }
message-case-submitted-text = 办件编号 { $reference }，承诺不晚于 { $due_on } 办结。办理有进展会再通知您。
message-case-awaiting-payment-title = 待缴费：{ $service }
message-case-awaiting-payment-text = 办件编号 { $reference }。请到{ $department }的办事窗口缴费 { $amount }，缴费后开始办理。
message-case-paid-title = 已缴费：{ $service }
message-case-paid-text = 办件编号 { $reference }。已在窗口缴费 { $amount }，票据号 { $receipt }，承诺不晚于 { $due_on } 办结。
message-case-accepted-title = 已受理：{ $service }
message-case-accepted-text = 办件编号 { $reference }，承诺不晚于 { $due_on } 办结。
message-case-declined-title = 不予受理：{ $service }
message-case-declined-text = 办件编号 { $reference }。原因和下一步怎么办，请查看办件。
message-case-approved-title = 已办结：{ $service }
message-case-approved-text = 办件编号 { $reference }，结果为准予。
message-case-certified-title = 已办结：{ $service }
message-case-certified-text = 办件编号 { $reference }。已办结，证照已放入卡包。
message-case-refused-title = 不予办理：{ $service }
message-case-refused-text = 办件编号 { $reference }。原因、依据和救济途径，请查看办件。
message-case-withdrawn-title = 已撤回：{ $service }
message-case-withdrawn-text = 办件编号 { $reference }。需要时可以重新申请。
message-certificate-revoked-title = 证照已吊销：{ $title }
message-certificate-revoked-text = 这张电子证照不再有效。原因：{ $reason }

outbox = 已发出的短信和邮件
outbox-lead = 演示环境不会真的发送，内容由模拟的短信网关和邮件服务器收下，显示在这里。
outbox-empty = 还没有发出任何消息
outbox-empty-text = 获取一个登录验证码试试。
