# What all pages share.

back = Back
back-home = Back to the home page
save = Save
saved = Saved
continue = Continue
cancel = Cancel
older = Older
newest = Newest
none-yet = Nothing here yet
error-summary-title = There is something to correct
title-with-error = Error: { $title }

# How long to wait, put into other sentences.
wait-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
wait-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
wait-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}

error-too-often = Too many attempts. Please try again in { $wait }.
error-busy = Many people are using the portal. Please try again in a few seconds; what you typed is still there.
error-required = Please fill this in.
error-too-long = This is too long. Please shorten it.

# About the portal.
privacy-title = Privacy
privacy-lead = How we handle your personal information under the Personal Information Protection Law.
privacy-what = What is collected
privacy-what-text = Phone number, name and resident ID number for signing in and proving identity. What you fill in and upload for a service, and what is fetched from registers with your consent, is kept with that case only.
privacy-use = What it is used for
privacy-use-text = Only to handle what you apply for, to tell you about it and to issue certificates. Before anything is fetched you see what, from whom, for what purpose and for how long, and you decide.
privacy-protect = How it is protected
privacy-protect-text = ID number, name, phone, address and what you write are stored encrypted and masked on screen. Staff who need to see a full number must state a purpose, which leaves a record that you can read.
privacy-rights = Your rights
privacy-rights-text = Under “Me” you see who read your data, revoke consents, end other sessions and delete drafts. To inspect, correct or delete anything else, contact the department or call 12345.
privacy-cookies = Cookies
privacy-cookies-text = Two only: one keeps you signed in, one remembers language and display. No advertising, no third-party statistics.
accessibility-title = Accessibility
accessibility-lead = Everybody should be able to get things done on a phone.
accessibility-standard = Standard
accessibility-standard-text = The pages follow GB/T 37668-2019 and WCAG 2.2 level AA and are checked by tools and by people.
accessibility-ways = Making it easier
accessibility-ways-text = The switch at the top turns on large text and large buttons. Under “Me → Display” you choose dark mode and Chinese. Everything works by keyboard alone and without scripts, nothing is lost at 200 % zoom, and there are no picture puzzles.
accessibility-help = If you are stuck
accessibility-help-text = Call 12345 or go to the nearest service hall; staff will help you.
