figures-of = Figures of { $place }
figures-all-departments = All departments
figures-all-services = All services
figures-from-to = { $from } to { $to }
figures-csv = Export CSV
figures-other-posts = My other posts
figures-department = Department
figures-service = Service
figures-place = Place
figures-period = Period
figures-period-month = { $year }-{ $n }
figures-period-quarter = Quarter { $n } of { $year }
figures-period-year = { $year }
figures-period-days = Days of my choice
figures-from = From (days of my choice)
figures-to = To
figures-show = Show
figures-wrong-days = Enter both days, for example 2026-11-01
figures-wrong-order = The last day must not be before the first
figures-wrong-length = The days may be 366 days apart at most
figures-behind = Some cases are not counted yet
figures-behind-text = Cases up to { $until } are counted; later ones are being added.
figures-none = No cases in this period
figures-none-text = Choose another period, or look at the place above.
figures-received = Received
figures-closed = Closed
figures-closed-note = { $decided } decided, { $rest } withdrawn or lapsed
figures-on-time = On time
figures-part-of = { $part } of { $whole }
figures-p50 = Median time
figures-p50-note = Half of the cases took no longer
figures-p90 = 90th percentile
figures-p90-note = Nine in ten took no longer
figures-late = Late now
figures-late-note = Red lights, at this moment
figures-filled = Filled by registers
figures-no-visit = Without a visit
figures-hours = Time saved
figures-hours-cell = { $n } h
figures-hours-note = { $n ->
    [one] 1 document not brought
   *[other] { $n } documents not brought
}
figures-satisfied = Satisfied
figures-reviews-note = { $n ->
    [one] 1 review
   *[other] { $n } reviews
}
figures-unit-cases = cases
figures-unit-days = working days
figures-unit-hours = hours
figures-over-time = Received and closed
figures-over-time-text = In this period { $received } cases were received and { $closed } closed.
figures-day = Day
figures-week = Week
figures-cases = Cases
figures-share = Share
figures-days = How long cases took
figures-days-text = Of { $n } decided cases half took { $p50 } working days or less, and nine in ten { $p90 } or less.
figures-days-from = { $n } or more
figures-working-days = Working days (at most)
figures-lights = Lights of open cases (now)
figures-light = Light
figures-green = Green: enough time
figures-yellow = Yellow: a third is left
figures-red = Red: late
figures-waiting = Waits for the applicant
figures-reasons = Why cases were refused
figures-reasons-none = Nothing was refused or declined in this period.
figures-reason = Reason
figures-reason-of = { $service }: { $reason }
figures-reason-words = In the officer’s own words
figures-reason-rules = The rules were not met
figures-reason-others = Other reasons
figures-grades = Reviews
figures-places = Places within
figures-own = Own offices
figures-services = By service
figures-services-more = { $n ->
    [one] One more service is in the export.
   *[other] { $n } more services are in the export.
}
figures-how = How this is counted
figures-how-text = A case is received at the office where it was filed and closed at the office that decided; a place includes everything within it. On time means within the promised time, without the days it waited for the applicant. How long a case took are the working days from filing to closing; beyond five they are counted in ranges, whose upper end is less than half above the true value. On time, duration, filling, visits and time saved look at decided cases only, not at withdrawn or lapsed ones. Filled by registers = values that registers filled in ÷ (those + answers that applicants gave). Reviews are those of whole months.
figures-method = Time saved = documents not brought × the minutes agreed for each. Each register that answered counts as one document; { $minutes } minutes are agreed for each, unless a service has its own. The minutes are an agreed assumption, not a measurement.
figures-method-of-one = Time saved = documents not brought × the minutes agreed for each. Each register that answered counts as one document; { $minutes } minutes are agreed for this service. The minutes are an agreed assumption, not a measurement.
figures-csv-day = day
figures-csv-place-code = place code
figures-csv-place = place
figures-csv-department-code = department code
figures-csv-department = department
figures-csv-service-code = service code
figures-csv-service = service
figures-csv-received = received
figures-csv-approved = approved
figures-csv-refused = refused
figures-csv-declined = declined
figures-csv-withdrawn = withdrawn
figures-csv-lapsed = lapsed
figures-csv-on-time = on time
figures-csv-filled = filled by registers
figures-csv-typed = answered by applicants
figures-csv-no-visit = without a visit
figures-csv-documents = documents not brought
figures-csv-minutes = minutes saved
