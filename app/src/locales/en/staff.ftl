# Staff: cases, certificates, and the clerk's own page.

desk-queue = To do
desk-queue-counted = ({ $n }) To do
desk-mine-submitted = { $n } to take in
desk-mine-accepted = { $n } to decide
desk-mine-unpaid = { $n } waiting for payment
desk-done = Closed
desk-revoke = Revoke a certificate
desk-figures = Figures
desk-organisation = Organisation
desk-me = Account
desk-search = Find a case
desk-search-example = Number, ID number or name
desk-search-none = No case found
desk-search-none-text = Among the cases that you work on there is none. Check with the applicant, or see whether another department or place handles it.
desk-search-wrong = Nothing to search by
desk-search-wrong-text = Type a reference number, a whole ID number or a name. A reference number is “ZB-” with 9 letters and digits, the last of which is a check. Compare it with the applicant's receipt and try again; O and I may be typed as 0 and 1.
desk-tabs = By state
desk-pages = Pages
desk-first-page = Back to the first page
desk-next-page = Next page
desk-to-queue = Back to the queue
desk-next-case = Next case

desk-figure-open = Open
desk-figure-open-note = { $new } new · { $at } under way
desk-figure-overdue = Overdue
desk-figure-overdue-note = Handle these first
desk-figure-today = Due today
desk-figure-today-note = To be closed today
desk-figure-none = None
desk-cases-unit = {""}

desk-column-due = Due
desk-column-reference = Reference
desk-column-service = Service
desk-column-applicant = Applicant
desk-column-evidence = Facts in
desk-column-stage = Stage
desk-column-action = Action
desk-column-result = Outcome
desk-column-closed = Closed at
desk-open-accept = Take in
desk-open-decide = Decide
desk-open-pay = Record payment
desk-look = View
desk-evidence-none = None needed
desk-evidence-pending = { $n } pending
desk-due-over = { $n ->
    [one] { $n } day late
   *[other] { $n } days late
 }
desk-due-today = Due today
desk-due-left = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
 }
desk-due-none = Not running
desk-state-draft = Draft
desk-state-submitted = New
desk-state-accepted = Under way
desk-state-awaiting-payment = To be paid
desk-state-approved = Approved
desk-state-refused = Refused
desk-state-declined = Not accepted
desk-state-withdrawn = Withdrawn
desk-state-supplementing = With the applicant
desk-state-lapsed = Nothing came in time
desk-state-bundled = With its departments
desk-state-waiting = Waiting for another
desk-state-dropped = Not submitted
desk-empty-submitted = No new cases
desk-empty-submitted-text = New applications will appear here.
desk-empty-accepted = No cases under way
desk-empty-accepted-text = Accepted cases that are not decided yet will appear here.
desk-empty-awaiting-payment = No cases wait for payment
desk-empty-awaiting-payment-text = Where the fee comes first, cases wait here; once a payment at the counter is recorded, they become new.
desk-done-empty = No cases here yet
desk-done-empty-text = Closed cases are listed here, the latest application first.

desk-filed = Applied at
desk-promised = Promised day
desk-pending = { $n ->
    [one] { $n } fact has not arrived yet
   *[other] { $n } facts have not arrived yet
 }
desk-pending-text = { $names }. They are fetched again every little while. No decision can be taken before they are there; the case can be accepted.
desk-contested = { $n ->
    [one] The applicant contests { $n } fact
   *[other] The applicant contests { $n } facts
 }
desk-contested-text = { $names }. The rules do not use contested facts: please check them yourself before deciding.
desk-described-open = { $n ->
    [one] { $n } answer is in words and not matched with a record
   *[other] { $n } answers are in words and not matched with records
 }
desk-described-open-text = { $names }. The register offered no record to choose from when the applicant applied. The rules do not judge words: please compare with the register.
desk-described = In the applicant’s words: { $words }
desk-findings = Conditions
desk-findings-yes = { $n } met
desk-findings-no = { $n } not met
desk-findings-unknown = { $n } to check
desk-finding-unknown = To check: { $rule }
desk-cause-unanswered = The applicant has not answered “{ $what }”{ $register }
desk-cause-pending = { $register } has not answered for “{ $what }” yet
desk-cause-no-record = { $register } has no record of “{ $what }”
desk-cause-contested = The applicant contests “{ $what }” of the { $register }
desk-cause-described = The applicant only described “{ $what }”{ $register }
desk-cause-undefined = The facts do not add up to a result
desk-facts = Facts from registers
desk-provenance = { $time } · digest { $digest }
desk-fetched = Fetched by this portal at { $time }
desk-digest = SHA-256 digest of the answer:
desk-fact-pending = Not arrived yet
desk-mark-pending = Pending
desk-mark-contested = Contested
desk-contest-says = The applicant says: { $reason }
desk-unmask = Show in full
desk-answers = Answers of the applicant
desk-by-applicant = Stated by the applicant
desk-files = Uploaded files
desk-files-note = Open a picture to see all of it. Looking is noted, and the applicant can see that.
desk-happened = What happened
desk-outcome = Outcome
desk-decided-by = Decided by
desk-by-rules = The rules, automatically
desk-by-staff = Staff
desk-by-applicant-self = Applicant
desk-reason = Reason
desk-basis = Legal basis and time limits
desk-time-limit = Promised: { $promised } working days. By law: { $statutory } working days. Both from acceptance.
desk-event-submitted = Application filed
desk-event-awaiting-payment = Waiting for payment
desk-event-paid = Payment at the counter recorded
desk-event-accepted = Accepted
desk-event-declined = Not accepted
desk-event-approved = Approved
desk-event-refused = Refused
desk-event-withdrawn = Application withdrawn
desk-event-identified = “{ $what }” matched with a record

desk-todo = Next step
desk-todo-payment = Waiting for the applicant to pay at the counter. Once intake records the payment, the case becomes new.
desk-todo-pay = Once the applicant has paid at the counter, record the receipt and the amount. The case then becomes new, and the promised time counts from today.
desk-pay = Record the payment at the counter
desk-pay-title = Record a payment at the counter
desk-pay-lead = Copy what the receipt says. The applicant is told at once; this cannot be undone.
desk-pay-due = To pay
desk-pay-receipt = Receipt number
desk-pay-receipt-hint = As printed on the receipt: letters, digits and hyphens
desk-pay-amount = Amount paid
desk-pay-yes = Confirm the payment
desk-todo-intake = Waiting for intake. Once accepted, the case is yours to examine.
desk-todo-decide = Accepted. Waiting for a decision by a colleague who may decide.
desk-todo-accept = Accept the case if it is complete and your department handles it.
desk-todo-pending = Some facts have not arrived, so no decision can be taken yet.
desk-todo-decide-now = Decide by the conditions and the facts. The applicant is told at once.
desk-refresh = See whether they have arrived
desk-accept = Accept
desk-decline = Do not accept
desk-approve = Approve
desk-refuse = Refuse
desk-did-accepted = Accepted. The promised time runs from today.
desk-did-declined = The case was not accepted. The applicant is being told.
desk-did-approved = Approved. The applicant is being told.
desk-did-refused = Refused. The applicant is being told.
desk-did-identified = Matched with a record. The conditions were weighed again.
desk-did-paid = The payment is recorded; the case is new now, and the applicant is told.
desk-did-revoked = The certificate is revoked. Its holder is being told.
desk-did-claimed = The case is yours.
desk-did-released = Back in the queue for your colleagues.
desk-did-assigned = Given to your colleague.
desk-did-transferred = Handed on; the other office takes it within one working day, and the applicant is told.
desk-choose = Choose an office
desk-deputy-at = Standing in: { $office }
desk-deputy-until = For { $name }: { $office }, until { $day }
desk-filters = Filter
desk-filter-all = All
desk-filter-mine = Mine
desk-filter-free = Nobody’s
desk-light-red = Red (late)
desk-light-yellow = Yellow (soon due)
desk-light-green = Green
desk-due-paused = Paused, with the applicant
desk-figure-yellow = Yellow
desk-figure-yellow-note = A third of the time is left, or less
desk-figure-mine = In my hands
desk-figure-mine-note = Taken and not closed yet
desk-column-pick = Pick
desk-column-holder = In the hands of
desk-holder-none = Nobody yet
desk-holder-me = Me
desk-holder-mine = Yours until { $until }
desk-holder-other = In the hands of { $name } until { $until }
desk-pick = Pick { $reference }
desk-bulk = With the picked cases
desk-bulk-claim = Take
desk-bulk-accept = Accept
desk-bulk-approve = Approve
desk-bulk-assign = Assign
desk-assign-to = Assign to
desk-bulk-confirm = { $n ->
    [one] Approve { $n } case
   *[other] Approve { $n } cases
}
desk-bulk-check = Please look once more
desk-bulk-check-text = It takes effect at once and cannot be undone. What is marked “needs a look of its own” is not decided here.
desk-bulk-unlike = The picked cases are of different services
desk-bulk-unlike-text = Only cases of one service are approved together. Go back to the queue and pick again.
desk-bulk-ready = Ready
desk-bulk-not-ready = Needs a look of its own
desk-bulk-outcome = { $done } of { $n } done
desk-bulk-done = Done
desk-bulk-not-held = Somebody else has it
desk-bulk-not-forbidden = Not allowed
desk-bulk-not-pending = Facts are missing
desk-bulk-not-unidentified = A record is not chosen
desk-bulk-not-grounds = Needs grounds
desk-bulk-not-separated = You accepted it; somebody else decides
desk-bulk-not-changed = It changed meanwhile
desk-bulk-not-failed = Not done; try again later
desk-search-found = { $n ->
    [one] { $n } case found
   *[other] { $n } cases found
}
desk-empty-supplementing = No case waits for its applicant
desk-empty-supplementing-text = Cases stay here, their clock paused, while the applicant was asked for more.
desk-empty-narrowed = No case fits the filter
desk-empty-narrowed-text = Choose another filter, or look at all.
desk-hands = In whose hands
desk-claim = Take the case
desk-release = Give it back
desk-held = { $name } is working on this case
desk-held-text = It is theirs until { $until }. When nothing happens until then, it returns to the queue.
desk-separated = Acceptance and decision need two people
desk-separated-text = You accepted this case; for this service somebody else has to decide it.
desk-office = Office
desk-clock = Time used
desk-clock-used = { $used ->
    [one] { $used } working day used
   *[other] { $used } working days used
}, { $left } left
desk-statutory = At the latest by law
desk-take-on = To be taken on by
desk-clock-assumed = Calendar
desk-clock-assumed-text = The holidays of one year are not announced yet: only weekends are counted. The days are computed anew once they are loaded.
desk-transfer = Hand on
desk-transfer-text = The promised time goes on; the other office has { $n ->
    [one] { $n } working day
   *[other] { $n } working days
} to take it on.
desk-transfer-to = To which office
desk-transfer-up = Above
desk-transfer-down = Below
desk-transfer-across = Beside
desk-transfer-why = Why
desk-transfer-none = This department has no other office to hand it to.
desk-back-to-case = Back to the case
desk-approve-title = Confirm the approval
desk-approve-lead = Please look once more. It takes effect at once and cannot be undone.
desk-approve-yes = Approve
desk-end-unknown = It cannot be told until when the certificate would be valid: it cannot be issued
desk-approve-against = { $n ->
    [one] { $n } condition is not met or not checked
   *[other] { $n } conditions are not met or not checked
 }
desk-approve-against-text = Before approving, be sure that you have checked this yourself and have grounds.
desk-identified-against = The record that was chosen does not fit: { $say }
desk-identify = Match with a record
desk-identify-again = Choose another record
desk-identify-title = Match with a record
desk-identify-lead = Certificate and conditions need the record of the register. Choose the one that the applicant describes; if you are not sure, ask the applicant first.
desk-identify-record = Records of the register
desk-identify-yes = Confirm this record
desk-identify-pending-text = The register has not said this yet; the portal keeps asking. Come back when it has answered.
desk-identify-none = The register has no record to match
desk-identify-none-text = Without a record no certificate can be issued. Ask the applicant and the register first; if there really is none, refuse and say why.
desk-issues = Will be issued
desk-decline-title = Do not accept the case
desk-decline-lead = Only where your department does not handle the matter, or the law asks for no application. Whether the conditions are met is examined after acceptance.
desk-decline-reason = Why is it not accepted?
desk-decline-not-ours = It is not within the powers of this department: please apply to the one that handles it
desk-decline-not-needed = The law asks for no such application
desk-decline-check = Confirm: do not accept
desk-decline-effect = The applicant is told at once and sees the reason above with the ways to appeal. This cannot be undone.
desk-decline-yes = Do not accept
desk-refuse-title = Refuse
desk-refuse-lead = Please give the reason. You can look at it once more in the next step.
desk-refuse-reason = Why is it refused?
desk-refuse-check = Confirm the refusal
desk-refuse-effect = The applicant is told at once and sees the reason above with the ways to appeal. This cannot be undone.
desk-refuse-yes = Refuse
desk-applicant-sees = The applicant will read this reason
desk-reason-other = Another reason
desk-reason-words = Details (needed with “Another reason”)
desk-reason-words-hint = Written for the applicant: which condition is not met, on what grounds, and what can be done. Up to 500 characters.
desk-change-reason = Go back and change it
desk-go-on = Next: look once more
error-desk-reason-missing = Choose a reason
error-desk-receipt-missing = Enter the receipt number
error-desk-receipt-malformed = A receipt number has 4 to 40 letters, digits or hyphens; compare it with the receipt
error-desk-receipt-used = That receipt is recorded for another case; check the receipt
error-desk-amount-missing = Enter the amount paid
error-desk-amount-malformed = Enter an amount above 0, such as 20.00
error-desk-amount-differs = { $amount } is due, which is not what you entered; check the receipt
error-desk-words-missing = Explain the reason in at least 2 characters
error-desk-words-too-long = At most { $n } characters: please shorten it
error-desk-words-forbidden = There are special characters that cannot be used: remove them and type again

desk-conflict-other = Somebody else has handled this case
desk-conflict-other-text = The case was handled after you opened the page. What you just did had no effect; there is nothing to repeat.
desk-conflict-mine = You have already handled this case
desk-conflict-mine-text = Perhaps you clicked twice, or did it in another window. It had no second effect.
desk-conflict-applicant = The applicant has withdrawn
desk-conflict-applicant-text = The application was withdrawn after you opened the page. What you just did had no effect.
desk-conflict-changed = The case has changed
desk-conflict-changed-text = The case changed after you opened the page, or facts are still missing. What you just did had no effect: please look at it again first.
desk-conflict-look = See how it stands

desk-source = From
desk-unmask-title = Show in full: { $name }
desk-unmask-sees = The applicant will see this
desk-unmask-sees-text = Your department, the time and the purpose go into “Who read my data”, where the applicant can read them. Look only where the case needs it.
desk-purpose = Purpose
desk-purpose-check = Check the application
desk-purpose-contest = Look into what the applicant contests
desk-purpose-contact = Contact the applicant
desk-purpose-other = Other
desk-purpose-words = Details
desk-purpose-words-hint = Needed for “Other”. Up to 500 characters.
desk-unmask-show = Show in full
desk-unmask-once = Shown only once
desk-unmask-once-text = To see it again after leaving this page you must state a purpose again. Take no photos or notes of what the case does not need.
desk-unmask-noted = Purpose noted: { $purpose }
error-desk-purpose-missing = Choose a purpose

desk-revoke-title = Revoke a certificate
desk-revoke-lead = Only certificates issued by your department. A revocation is final.
desk-certificate = Certificate
desk-certificate-number = Certificate number
desk-certificate-holder = Holder
desk-certificate-until = Valid until
desk-certificate-endless = No end
desk-certificate-status = Status
desk-certificate-valid = Valid
desk-certificate-expired = Expired
desk-certificate-not-yet-valid = Not yet valid
desk-certificate-revoked = Revoked
desk-certificate-suspended = Suspended
desk-revoke-number-hint = The number on the certificate that begins with 1.2.156; filled in when you come from the case.
desk-revoke-reason = Reason for revoking
desk-revoke-check = Confirm the revocation
desk-revoke-effect = A revocation is final
desk-revoke-effect-text = From now on everybody who checks the certificate sees “revoked”. The holder is told, with the reason above, and must apply again for a new one.
desk-revoke-yes = Revoke
error-desk-number-missing = Enter the certificate number
error-desk-number-wrong = The number is not right: its check character does not fit. Compare it with the certificate
error-desk-number-unknown = Your department has issued no certificate with this number
error-desk-number-revoked = This certificate is already revoked

desk-me-login = Login
desk-me-department = Department
desk-me-roles = Roles
desk-me-display = Display
desk-me-password = Change password
desk-me-second-factor = Authenticator code
desk-me-leave = Sign out
desk-me-no-cases = Your role does not handle cases
desk-me-no-cases-text = Offices, posts and accounts are kept under “Organisation”; the catalogue and audit are handled with commands on the server, see the operations manual.
desk-role-intake = Intake
desk-role-review = Review
desk-role-supervise = Supervision
desk-role-finance = Finance
desk-role-decide = Decision
desk-role-catalogue = Catalogue
desk-role-audit = Audit
desk-role-system = System
# Approving
desk-says = What the certificate will say
desk-grounds = Grounds for the approval
desk-grounds-hint = A condition does not hold or could not be checked, or the applicant contests a value: say how you checked it and why you approve. The applicant will read it.

# Supplements, opinions and supervision
desk-supplement = Ask for more
desk-supplement-lead = Say everything at once: open what is wrong and write what is wrong with it and what would be right. The applicant can change only that, within { $days } working days; the clock stands. A case can be sent back { $most } times at most.
desk-supplement-send = Send to the applicant
desk-supplement-often = Asked as often as allowed
desk-supplement-often-text = This service allows no further request. Please decide on what there is.
desk-supplement-open = Waiting for the applicant until { $day }
desk-supplement-lapsed = Not answered by { $day }
desk-supplement-withdrawn = Withdrawn meanwhile
desk-supplement-said = Wrong: { $wrong }
    Right: { $right }
error-desk-supplement-nothing = Write at least one thing that is asked for
desk-did-supplement = The applicant was asked; the clock stands
desk-did-opinion = Your opinion was given
desk-todo-supplement = Waiting for the applicant; the clock stands. It goes on by itself when the answer comes or the time is over.
desk-todo-examining = Opinions are missing; a decision needs them all.
desk-previous = See the applicant's previous case
desk-examine = To examine
desk-examine-lead = Cases that wait for your opinion, the longest waiting first.
desk-examine-none = Nothing to examine
desk-examine-none-text = New ones will appear here.
desk-opinions = Opinions
desk-opinion-for = In favour
desk-opinion-against = Against
desk-opinion-waits = Waiting
desk-opinion-left = { $n } opinions are missing
desk-opinion-yours = Your opinion
desk-opinion-words = Reasons
desk-opinion-words-hint = Needed when against; the applicant does not see opinions
desk-opinion-give = Give opinion
error-desk-opinion-missing = Choose in favour or against
desk-supervise = Supervision
desk-supervise-lead = Cases below that run late, with yellow or red lights. Take note of each; you can leave a word for those who work on it.
desk-supervise-none = Nothing runs late
desk-supervise-none-text = When a case below turns yellow or red it is reported here.
desk-supervise-look = See the case
desk-supervise-words = A word to the office
desk-supervise-see = Noted
desk-supervised = Supervision
desk-supervise-told = { $office } was told · { $at }
desk-event-escalated = Over the promised time; the office above was told
