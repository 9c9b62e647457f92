# What all pages share.

back = Back
back-home = Back to the home page
save = Save
saved = Saved
cancel = Cancel
confirm = Confirm
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

messages-read-all = Mark all as read

# Who read my data: equal readings of one day are one line.
access-times = { $time } · { $n } times that day

# About the portal.
about-title = About
about-lead = One place for government services: easy to find, plain to read, done in one go.
about-demo = This is a demonstration
about-demo-text = People, firms, cases and certificates here are made up, no text message is really sent, and no outcome has legal effect.
about-who = Who handles what
about-who-text = Each service is accepted and decided by the department named in its guide, which answers for the outcome. The portal receives applications, fetches data, reports progress and delivers certificates for it.
about-does = What you can do here
about-does-text = Read guides, apply online, follow progress, receive messages, use electronic certificates, and verify certificates that others show you. Reading guides and verifying need no account.
about-genuine = How to know that it is us
about-genuine-text = Look at the address in your browser. We never ask for codes, passwords or card numbers by phone or text message, and charge nothing but the fees named in the guides.
about-contact = Contact
about-contact-text = For questions, complaints and suggestions call 12345, or go to the nearest service hall.
privacy-title = Privacy
privacy-lead = How we handle your personal information under the Personal Information Protection Law.
privacy-who = Who is responsible
privacy-who-text = The department that handles your application is the handler of your personal information; the guide and the page of the case name it. If you have questions, contact it or call 12345.
privacy-what = What is collected
privacy-what-text = Phone number, name and resident ID number for signing in and proving identity. What you fill in and upload for a service, and what is fetched from registers with your consent, is kept with that case only.
privacy-use = What it is used for
privacy-use-text = Only to handle what you apply for, to tell you about it and to issue certificates. Before anything is fetched you see what, from whom, for what purpose and for how long, and you decide.
privacy-protect = How it is protected
privacy-protect-text = ID number, name, phone, address and what you write are stored encrypted and masked on screen. Staff who need to see a full number must state a purpose, which leaves a record that you can read.
privacy-rights = Your rights
privacy-rights-text = Under “Me” you see who read your data, revoke consents, end other sessions and delete drafts. To inspect, correct or delete anything else, contact the department or call 12345.
privacy-cookies = Cookies
privacy-cookies-text = Two only: one keeps you signed in, one remembers language, display and the place you chose. No advertising, no third-party statistics.
privacy-date = Last changed
privacy-date-text = This notice applies from 2026-11-25. Changes will be dated here.
accessibility-title = Accessibility
accessibility-lead = Everybody should be able to get things done on a phone.
accessibility-standard = Standard
accessibility-standard-text = The pages follow GB/T 37668-2019 and WCAG 2.2 level AA and are checked by tools and by people.
accessibility-ways = Making it easier
accessibility-ways-text = A switch at the top of the home page and at the bottom of every page turns on large text and large buttons; dark mode and Chinese are there too. Once you sign in, the choice follows your account. Everything works by keyboard alone and without scripts, nothing is lost at 200 % zoom, and there are no picture puzzles.
accessibility-help = If you are stuck
accessibility-help-text = Call 12345 or go to the nearest service hall; staff will help you.
