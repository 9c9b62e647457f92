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
