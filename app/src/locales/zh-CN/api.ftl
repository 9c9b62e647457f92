# 公共接口的出错说明（RFC 9457）。

api-invalid-parameter = 地址参数有误
api-invalid-parameter-text = 地址中有未知、重复或取值不符合要求的参数，errors 逐项说明是哪一个、应当怎样写。
api-invalid-body = 请求正文无法读取
api-invalid-body-text = 正文不是 JSON 对象。请用 UTF-8 编码的 JSON，并注明 Content-Type: application/json。
api-invalid-member = 请求正文内容有误
api-invalid-member-text = 正文中有缺少、多余或取值不符合要求的成员，errors 用 JSON 指针（RFC 6901）指出位置。
api-code-refused = 验证码不正确
api-code-refused-text = 验证码错误、已使用、已过期，或者没有为这个办件编号发送过。请重新获取。
api-not-found = 没有找到
api-not-found-text = 这个地址没有内容。
api-method-not-allowed = 不支持这种请求方法
api-method-not-allowed-text = 这个地址不接受所用的方法，可用的方法见 Allow 标头。
api-body-too-large = 请求正文过大
api-body-too-large-text = 正文超过了这个地址的上限。
api-unsupported-media-type = 不支持这种正文格式
api-unsupported-media-type-text = 请使用 Content-Type: application/json。
api-too-often = 请求过于频繁
api-too-often-text = 短时间内尝试过多，请在 Retry-After 所示的秒数之后再试。
api-internal = 系统出错
api-internal-text = 请求没有问题，是系统自身出错。可以稍后再试；向我们反馈时请附上 x-request-id 标头。
api-unavailable = 系统繁忙
api-unavailable-text = 请求较多，请在 Retry-After 所示的秒数之后再试。

# 哪里不对。

api-wrong-unknown = 没有这一项
api-wrong-missing = 缺少这一项
api-wrong-twice = 只能写一次
api-wrong-not-text = 应当是文字
api-wrong-too-long = 不能超过 { $most } 个字符
api-wrong-not-one-of = 应当是其中之一：{ $values }
api-wrong-not-within = 应当是 { $least } 到 { $most } 的整数
api-wrong-not-listed = 不在结果中
api-wrong-not-a-reference = 不是办件编号，例如 ZB-7K3-9QD-2MT
api-wrong-not-a-phone = 不是手机号码
api-wrong-not-a-code = 验证码是 6 位数字
