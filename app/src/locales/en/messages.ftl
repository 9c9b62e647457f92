# The message centre. Each kind has a title and a text: message-<kind>-title, message-<kind>-text.

messages = Messages
messages-empty = No messages yet
messages-empty-text = We will tell you here when something happens with your applications.
message-to-case = Open the application
message-other-title = A message
message-other-text = The content of this message cannot be shown at the moment.

message-identity-verified-title = Your identity is verified
message-identity-verified-text = The population register confirmed your identity. If this was not you, call 12345 at once.
message-password-changed-title = Your password was changed
message-password-changed-text = Other devices were signed out. If this was not you, sign in with a code and set a new password, or call 12345.
message-phone-changed-title = Your number was changed
message-phone-changed-text = You now sign in with { $phone }; other devices were signed out. If this was not you, call 12345 at once.
message-mail-changed-title = Your mail address for notices was set
message-mail-changed-text = News of your applications also goes to { $mail }. If this was not you, change your password, or call 12345.
message-mail-removed-title = No more notices by mail
message-mail-removed-text = News of your applications no longer goes to your mail address, only by SMS. If this was not you, change your password, or call 12345.
message-case-submitted-title = Submitted: { $service }
message-case-submitted-text = Reference { $reference }, promised by { $due_on }. We will tell you when something happens.
message-case-awaiting-payment-title = Fee to pay: { $service }
message-case-awaiting-payment-text = Reference { $reference }. Pay { $amount } at a counter of { $department }; work begins once it is paid.
message-case-paid-title = Fee paid: { $service }
message-case-paid-text = Reference { $reference }. { $amount } was paid at the counter, receipt { $receipt }. Promised by { $due_on }.
message-case-accepted-title = Accepted: { $service }
message-case-accepted-text = Reference { $reference }, promised by { $due_on }.
message-case-declined-title = Not accepted: { $service }
message-case-declined-text = Reference { $reference }. Open the application to see why and what you can do.
message-case-approved-title = Approved: { $service }
message-case-approved-text = Reference { $reference }.
message-case-certified-title = Approved: { $service }
message-case-certified-text = Reference { $reference }. It is approved, and the certificate is in your wallet.
message-case-refused-title = Refused: { $service }
message-case-refused-text = Reference { $reference }. Open the application to see the reason, the legal basis and how to appeal.
message-case-withdrawn-title = Withdrawn: { $service }
message-case-withdrawn-text = Reference { $reference }. You can apply again whenever you need to.
message-certificate-revoked-title = Certificate revoked: { $title }
message-certificate-revoked-text = This electronic certificate is no longer valid. Reason: { $reason }

outbox = SMS and mails sent
outbox-lead = A demo portal sends nothing for real: stand-ins for the SMS gateway and the mail server keep the messages, and here they are.
outbox-empty = Nothing was sent yet
outbox-empty-text = Try asking for a code to sign in.
