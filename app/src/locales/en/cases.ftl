# Applying for a service and following a case.
yes = Yes
no = No
choose = Please choose
next = Continue
submit = Submit the application
submit-instant = Submit and get the result at once
save-and-return = Save and return to the check
home = Back to the home page
find-service = Find a service
list-separator = ,{" "}
reference = Reference number
department = Department
promised-day = Promised by
promised-by = Promised by { $day }
applicant = Applicant
state = State
steps-of = Step { $at } of { $of }

consent-title = Permission to fetch your data
consent-lead = { $n ->
    [one] With your permission we fetch { $n } fact for you: nothing to bring, nothing to type.
   *[other] With your permission we fetch { $n } facts for you: nothing to bring, nothing to type.
 }
consent-start = Start
consent-agree = Agree and start
consent-facts = What we fetch
consent-register = { $register } ({ $authority })
consent-purpose = What for
consent-kept = Kept for
consent-kept-days = Deleted within { $n } days after the case is closed
consent-applicant = In whose name
consent-right = You can take this back at any time
consent-right-text = Under “Me → My consents” you see every time data was fetched and can revoke it. What is fetched is used for this application only.
consent-for-entity = This service is for businesses and institutions
consent-for-entity-text = You are signed in as yourself. If you are the legal representative, switch to acting for the entity.
consent-for-person = This service is for individuals
consent-for-person-text = You are acting for a legal entity. Switch back to yourself to apply.
consent-change-applicant = Change who you act for

facts-title = What we found for you
facts-lead = { $questions ->
    [0] { $known } facts are filled in; there is nothing for you to fill in.
    [one] { $known } facts are filled in; one question is left.
   *[other] { $known } facts are filled in; { $questions } questions are left.
 }
facts-not-eligible = By what the registers say, you may not qualify
facts-pending-title = Some registers have not answered yet
facts-pending-text = You can submit all the same. We keep asking and add the answers; nothing is decided before they are here.
facts-refresh = See whether they have answered
fact-none = No record
fact-pending = Pending
fact-pending-note = The register has not answered yet; this is filled in by itself, and you can go on
fact-source = { $register } · { $time }
fact-contest = This is wrong
fact-contest-change = Change what you said
fact-contested-note = You say this is wrong: { $reason }

contest-title = This is wrong
contest-lead = Tell us what is not right. A member of staff will check; nothing is decided on this value by itself.
contest-register = From
contest-reason = What is right
contest-hint = For example: I moved to 100 Wensan Road in September 2026
contest-send = Send
contest-undo = Take back: the value is right

step-more-title = A few more questions
step-more-text = Because of your answers we also need the following.
case-about = { $name }: { $value }.
case-describe-pending = { $register } has not answered yet; you can submit all the same. Say which one you mean, for example by { $what }. A member of staff checks it once the register has answered.
case-describe-contested = You said that { $register } is wrong. Say which one you mean, for example by { $what }. A member of staff will check it.
case-none-of-these = None of these
case-none-of-these-describe = If none of these, say which one
case-described-before = You wrote: { $words }. The register has answered since; please choose below.
case-no-record = { $register } says that there is no record to choose. If that is wrong, tell us first; then you can say which one you mean and go on.
case-no-record-contest = This is wrong: tell us
case-address-province = Province, region or municipality
case-address-city = City or prefecture
case-address-county = District, county or town
case-address-township = Subdistrict or township
case-address-next = Choose the next level
case-address-detail = Street, building and door
case-person-name = Name
case-person-number = Resident ID number
case-file-hint = Photos (JPG, PNG, WebP) and PDF, up to 10 MB each. Location and other hidden data in photos are removed.
case-add-row = Add another
case-remove-row = Remove the last one

check-title = Check and submit
check-lead = Please look through your answers and change what is not right. You get a reference number at once.
check-facts = What we fetched
case-files = Files you sent
check-computed = What follows from it
check-fee = Fee
check-declare = By submitting
check-declare-text = you declare that your answers are true, and agree that your data is used as you permitted above.
not-answered = Not answered
answer-described = In your words: { $words }
fee-later = Set during processing
fee-first = Paid after submission, before work begins, at a counter of the department
fee-on-result = Paid when you receive the result

done-submitted = Submitted
done-approved = Done
done-refused = Refused
done-awaiting-payment = Submitted, waiting for payment
done-promise = We promise a decision by { $day }. You get a text message about every step.
done-payment-text = Pay at a counter of { $department } and give the reference { $reference } there. Work begins once it is paid; the promised time counts from that day.
done-payment-amount = { $amount } to pay
done-payment-by-rule = The counter sets the amount
done-pending-text = { $registers }: we keep asking, and go on by ourselves when the answer is here. You need not do anything.
done-why = Because
done-next = What happens next
done-track = Follow the case
done-certificate = Open the electronic certificate
done-receipt = Download the receipt (PDF)
appeal-title = What you can do
appeal-text = You can apply for administrative reconsideration within 60 days of receiving the decision, or bring an administrative action before a people's court within six months. If your situation changes you can apply again.

track-title = Progress
track-timeline = Progress
track-reason = Why it was not approved
track-did-withdrawn = The application is withdrawn.
track-did-withdrawn-before = This application was withdrawn before; there is nothing more to do.
event-submitted = You submitted the application
event-awaiting-payment = Waiting for payment
event-paid = Fee paid at the counter
event-to-pay = Payment at the counter
event-paid-receipt = { $amount } · receipt { $receipt }
event-accepted = Accepted
event-decided = Decision
event-declined = Not accepted
event-approved = Approved
event-refused = Refused
event-withdrawn = You withdrew the application
event-identified = The record that you described in “{ $what }” was found
event-backfilled = { $register }: answer received
by-you = you
by-system = automatically
state-draft = Draft
state-awaiting-payment = Awaiting payment
state-submitted = Submitted
state-accepted = In progress
state-declined = Not accepted
state-approved = Approved
state-refused = Refused
state-withdrawn = Withdrawn
withdraw = Withdraw the application
withdraw-title = Withdraw this application?
withdraw-text = Work on it stops; the reference number stays. You can apply again when you need to.
discard = Delete the draft
discard-title = Delete this draft?
discard-text = Your answers, the fetched data and the uploaded files are deleted for good.
keep-it = No, keep it
cases-title = My applications
cases-did-saved = Saved. The draft is below; go on whenever you like.
cases-did-discarded = The draft is deleted.
cases-empty = No cases yet
cases-empty-text = What is in progress, finished or not yet submitted appears here.
case-draft-note = Saved { $time }, not submitted

error-summary = Please correct the following
error-prefix = Error:{" "}
error-missing = Answer “{ $label }”
error-choose = Choose an answer to “{ $label }”
error-not-an-option = “{ $label }”: choose one of the answers offered
error-describe = “{ $label }”: say which one you mean
error-no-record = “{ $label }”: the register has no record. If that is wrong, tell us first
error-file-missing = Upload a file for “{ $label }”
error-rows-missing = Add at least one entry to “{ $label }”
error-address-region = “{ $label }”: choose where it is
error-address-further = “{ $label }”: go on choosing down to the last level
error-address-detail = “{ $label }”: enter street, building and door
error-person-name = “{ $label }”: enter the name
error-person-number = “{ $label }”: enter the resident ID number
error-text-too-long = “{ $label }” can have at most { $n } characters
error-too-short = “{ $label }” needs at least { $n } characters
error-forbidden-characters = “{ $label }” contains special characters that cannot be used; remove them and type again
error-not-a-number = Enter a number for “{ $label }”, such as 12
error-whole-number = Enter a whole number for “{ $label }”
error-too-many-decimals = “{ $label }” can have at most { $n } decimal places
error-too-small = “{ $label }” must not be less than { $what }
error-too-large = “{ $label }” must not be more than { $what }
error-not-a-date = “{ $label }”: there is no such date; write for example 2026 1 31
error-too-early = “{ $label }” must not be before { $what }
error-too-late = “{ $label }” must not be after { $what }
error-not-a-phone = Enter a mobile number of 11 digits for “{ $label }”
error-id-check = “{ $label }”: the last character of the ID number does not fit; compare it with the card
error-id-birth-date = “{ $label }”: the birth date in the ID number does not exist
error-id-format = “{ $label }”: an ID number has 18 characters, the first 17 are digits
error-too-few = “{ $label }” needs at least { $n } entries
error-too-many = “{ $label }” can have at most { $n } entries
error-file-empty = The file is empty; choose another
error-file-too-large = The file is larger than 10 MB; make it smaller and try again
error-file-wrong-type = Only photos (JPG, PNG, WebP) and PDF can be sent. This file is something else, whatever its name says
error-file-damaged = The file is damaged and cannot be opened; take the photo or export it again
error-file-too-many = There are as many files as allowed; remove one first

consents-lead = Every consent stands here. Once you take one back we fetch nothing more under it; what you have submitted is handled as the law requires.
consents-empty = No consents yet
consents-empty-text = When you let us fetch data for a service, it appears here.
consent-given = Given
consent-revoked-at = Revoked
consent-revoke = Revoke
consent-revoked = Revoked
consent-active = In force

access-consents-give = gave consent
access-consents-revoke = revoked a consent
access-cases-read-file = looked at a file you uploaded
# After the decision
track-grounds = Remarks on the decision
refund-title = You have paid the fee
refund-text = To learn what happens with the fee, ask at the payment counter of { $department }, with the receipt and the reference number.
apply-again = Apply again

# Before filing
check-will-refuse = As things stand, the application will be refused
check-will-refuse-text = If something is wrong, say so with “This is wrong” below, and a member of staff will look into it. If you do not want to go on, delete this draft.
check-by-person = A member of staff will decide; there is no result at once
check-by-person-contested = You said that a value is wrong: a member of staff has to look into it.
check-discard = Do not apply: delete the draft

# Filed, to be decided by a person
done-by-person = A member of staff looks into it
done-by-person-contested = You said that a value is wrong: a member of staff checks each one
done-by-person-check = The rules cannot judge every condition: a member of staff checks
done-by-person-decide = Then it is decided, and you get a message
track-did-already = You have applied for this already: here it is. There is no need to apply again.
facts-renewed-title = The registers were asked again
facts-renewed-text = What they had said was more than a day old and may have changed. Please look once more, then go on.
