# What the public API says when something is wrong (RFC 9457).

api-invalid-parameter = A query parameter is wrong
api-invalid-parameter-text = The query holds a parameter that is unknown, given twice, or not as it must be; errors names each and says what would be right.
api-invalid-body = The body cannot be read
api-invalid-body-text = The body is no JSON object. Send JSON in UTF-8 with Content-Type: application/json.
api-invalid-member = A member of the body is wrong
api-invalid-member-text = A member of the body is missing, unknown, or not as it must be; errors points to it with a JSON pointer (RFC 6901).
api-code-refused = The code does not fit
api-code-refused-text = The code is wrong, was used, has expired, or was never sent for this reference number. Ask for another one.
api-not-found = Not found
api-not-found-text = There is nothing at this address.
api-method-not-allowed = The method is not allowed here
api-method-not-allowed-text = The address does not take this method; the Allow header names those it takes.
api-body-too-large = The body is too large
api-body-too-large-text = The body is longer than this address takes.
api-unsupported-media-type = The media type is not supported
api-unsupported-media-type-text = Use Content-Type: application/json.
api-too-often = Too many requests
api-too-often-text = There were too many attempts. Try again after the seconds in Retry-After.
api-internal = Something went wrong here
api-internal-text = The request was fine; the fault is ours. Try again later, and quote the x-request-id header when you report it.
api-unavailable = Busy at the moment
api-unavailable-text = There are many requests. Try again after the seconds in Retry-After.

# What is wrong with a parameter or a member.

api-wrong-unknown = there is no such thing here
api-wrong-missing = it is missing
api-wrong-twice = it can be given once only
api-wrong-not-text = it must be a string
api-wrong-too-long = it has more than { $most } characters
api-wrong-not-one-of = it must be one of { $values }
api-wrong-not-within = it must be a whole number from { $least } to { $most }
api-wrong-not-listed = it is not among the results
api-wrong-not-a-reference = it is no reference number, such as ZB-7K3-9QD-2MT
api-wrong-not-a-phone = it is no mobile number in China
api-wrong-not-a-code = a code has six digits
