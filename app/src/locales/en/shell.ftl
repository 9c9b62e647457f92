# Pages of the frame: settings and errors.

preferences-title = Language and display
preferences-lead = A choice takes effect at once; this device remembers it.

regions-title = Where do you live?
regions-lead = Most services are handled by the district or county. Once you have chosen, guides say which one. The services are the same everywhere and can all be applied for online.

page-not-found = Page not found
page-not-found-text = The address may be mistyped, or the page has moved. You can start again from the home page.
page-forbidden = This is not allowed
page-forbidden-text = The request came from another site, or you do not have the right to do this. Please start again here.
page-wrong-method = This address cannot be opened
page-wrong-method-text = It only receives forms. Please start again from the home page.
page-changed = This has changed meanwhile
page-changed-text = Things have moved on since you opened this page. What you just did had no effect, and nothing that was submitted has changed. Open it again from “My applications” or the home page.
page-too-large = Too much was sent
page-too-large-text = Go back one page, shorten the text or make the file smaller, and send again.
page-too-often = Too many attempts
page-too-often-text = Please wait a moment and try again.
page-busy = Busy for the moment
page-busy-text = Many people are using the portal, or it is being maintained. Please try again in a few seconds; what you saved is kept.
page-bad-request = The request could not be understood
page-bad-request-text = Something is missing or malformed. Please go back one page, check and try again.
page-broken = Something went wrong
page-broken-text = The problem has been recorded and will be looked at. Please try again later.
