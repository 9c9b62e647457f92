# Finding services and reading their guides; the home page.
badge-single-certificate = ID only
badge-zero-visits = No visit
badge-instant = Instant
badge-free = Free
at-once = At once
working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
 }
unit-working-days = working days
unit-times = {""}
unit-papers = papers
fee-by-rule = Depends on the case
all = All

search-label = Find a service
search-placeholder = I lost my ID card
home-hello = Prove who you are once
home-hello-name = Hello, { $name }
home-hot = Often looked for
hot-1 = ID card
hot-2 = residence permit
hot-3 = housing fund
home-mine = My applications
home-themes = Find by life event
home-instant = Decided at once
home-empty = No services yet
home-empty-text = Services appear here once an administrator publishes them.
tile-services = Services
tile-services-note = Find what you need
tile-cases = Progress
tile-cases-note = How far it is
tile-certificates = Wallet
tile-certificates-note = My certificates
tile-verify = Verify
tile-verify-note = Genuine or not
promo-title = Your ID is enough
promo-text = { $n } services need nothing else: we fetch the rest

services-title = Services
services-found = { $n ->
    [one] { $n } service
   *[other] { $n } services
 }
services-none = Nothing found
services-none-text = Try other words, or look through the themes above. You can also call 12345.
services-all = See all services
services-elsewhere = Perhaps one of these official sites does it
elsewhere-immigration = National Immigration Administration
elsewhere-immigration-note = Passports, travel to Hong Kong, Macao and Taiwan, entry and exit records
elsewhere-traffic = Traffic Management 12123
elsewhere-traffic-note = Driving licences, vehicles, traffic offences
elsewhere-medical = National Healthcare Security Platform
elsewhere-medical-note = Medical insurance, treatment away from home, insurance code
elsewhere-national = National Government Service Platform
elsewhere-national-note = Services of every place and department in China
filter-marks = By feature
filter-themes = By theme
filter-departments = By department
audience-person = Individuals
audience-entity = Legal entities

guide-title = Guide
guide-start = Start now
guide-brought = What you need
guide-nothing = Nothing to bring
guide-nothing-text = Sign in and confirm; we fetch everything else.
guide-fetched = What we fetch for you
guide-who = Who can apply
guide-steps = How it works
guide-step-apply = Apply online
guide-step-apply-text = Check what was fetched and answer what is left
guide-result = What you get
guide-details = Details
guide-law = Legal basis
guide-faq = Questions people ask
guide-machine = This page as data (JSON)
key-time = Promised time
key-visits = Visits
key-papers = Papers
key-fee = Fee
guide-fee-first = The fee comes first
guide-fee-first-text = After you have applied, pay at a counter of { $department } and give the reference number there. Work begins once the fee is paid, and the promised time counts from that day.
detail-audience = For
detail-level = Handled at
detail-statutory = Statutory time limit
detail-promised = Promised time limit
level-province = Province
level-city = City
level-county = County or district
level-township = Township or subdistrict

# My consents.
consent-covers = What it covers
consent-revoke-title = Take this consent back?
consent-revoke-text = Nothing more will be fetched on the strength of it. A draft that was not submitted needs a new consent to go on; what was submitted is handled by the department as the law says.
consent-revoke-now = Take it back
consent-revoke-done = The consent has been taken back.
