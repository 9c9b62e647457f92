//! 联系方式: the phone one signs in by, and the mail address that gets notices too.
//!
//! Both change the same way: the new one is typed, a code goes there, the code is typed.

use axum::{Form, extract::Query};
use backend::identity::{
    CodeSent, ContactError, FieldError, Token, Viewer, change_phone, profile, remove_mail, request_mail_code,
    request_phone_code, set_mail,
};
use domain::identity::mail_address::{LONGEST, MailAddressError};
use domain::identity::{MailAddress, Phone};
use leptos::prelude::*;

use super::code::{self, CodePage};
use super::forms::{self, Answers, Mistakes, answer, go};
use super::sign_in::{Way, phone_code};
use crate::{
    errors::{PageError, see_other},
    ui::{
        Alert, AlertKind, ButtonKind, CitizenLayout, ErrorSummary, Frame, IconName, List, ListRow, Notice,
        PageHead, Place, SubmitButton, TextField, TextKind, Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

/// What is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Phone,
    Mail,
}

/// What it is changed to.
enum Contact {
    Phone(Phone),
    Mail(MailAddress),
}

impl Channel {
    /// Name of the field.
    fn field(self) -> &'static str {
        match self {
            Channel::Phone => "phone",
            Channel::Mail => "mail",
        }
    }

    /// The form of the new one, and of its code.
    fn forms(self) -> (&'static str, &'static str) {
        match self {
            Channel::Phone => ("change-phone", "change-phone-code"),
            Channel::Mail => ("set-mail", "set-mail-code"),
        }
    }

    /// The page of the new one, and of its code.
    fn paths(self) -> (&'static str, &'static str) {
        match self {
            Channel::Phone => ("/me/contact/phone", "/me/contact/phone/code"),
            Channel::Mail => ("/me/contact/mail", "/me/contact/mail/code"),
        }
    }

    fn resend(self) -> &'static str {
        match self {
            Channel::Phone => "/me/contact/phone/resend",
            Channel::Mail => "/me/contact/mail/resend",
        }
    }

    /// What was typed, or the code of what is wrong with it.
    fn parse(self, typed: &str) -> Result<Contact, &'static str> {
        match self {
            Channel::Phone => Phone::parse(typed).map(Contact::Phone).map_err(|_| phone_code(typed)),
            Channel::Mail => MailAddress::parse(typed).map(Contact::Mail).map_err(mail_code),
        }
    }
}

impl Contact {
    fn as_str(&self) -> &str {
        match self {
            Contact::Phone(phone) => phone.as_str(),
            Contact::Mail(mail) => mail.as_str(),
        }
    }

    async fn send_code(&self, visit: &Visit, viewer: &Viewer) -> Result<CodeSent, ContactError> {
        let (backend, address, locale) = (visit.backend(), visit.address, visit.locale);
        match self {
            Contact::Phone(phone) => request_phone_code(backend, viewer, phone, address, locale).await,
            Contact::Mail(mail) => request_mail_code(backend, viewer, mail, address, locale).await,
        }
    }

    /// A change of phone gives the session a new token.
    async fn change(
        &self,
        visit: &Visit,
        viewer: &Viewer,
        digits: &str,
    ) -> Result<Option<Token>, ContactError> {
        let (backend, address) = (visit.backend(), visit.address);
        match self {
            Contact::Phone(phone) => change_phone(backend, viewer, phone, digits, address).await.map(Some),
            Contact::Mail(mail) => set_mail(backend, viewer, mail, digits, address).await.map(|()| None),
        }
    }
}

fn mail_code(error: MailAddressError) -> &'static str {
    match error {
        MailAddressError::Empty => "mail-missing",
        MailAddressError::TooLong => "mail-too-long",
        MailAddressError::Characters => "mail-characters",
        MailAddressError::Form => "mail-malformed",
    }
}

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let own = profile(visit.backend(), &me).await?;
    let phone = own.phone.map(|phone| phone.masked()).unwrap_or_default();
    let mail = own.mail.map(|mail| mail.masked());
    let title = words::text(visit.locale, "me-contact");
    let notice = match way.done.as_str() {
        "phone" => Some("done-phone"),
        "mail" => Some("done-mail"),
        "mail-removed" => Some("done-mail-removed"),
        _ => None,
    };
    let notice = notice.map(|key| words::text(visit.locale, key));
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let notice = notice.map(|text| view! { <Notice text/> }.into_any());
        let mail_more = if mail.is_some() { t!("contact-mail-why") } else { t!("contact-mail-why-not") };
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/me" place=Place::Me narrow=true notice=notice>
                <PageHead title lead=t!("contact-lead")/>
                <div class="stack">
                <List>
                    <ListRow
                        href="/me/contact/phone"
                        title=t!("contact-phone")
                        note=phone
                        more=t!("contact-phone-why")
                        icon=IconName::Phone
                        tone=Tone::Blue
                    />
                    <ListRow
                        href="/me/contact/mail"
                        title=t!("contact-mail")
                        note=mail.unwrap_or_else(|| t!("contact-mail-none"))
                        more=mail_more
                        icon=IconName::Mail
                        tone=Tone::Violet
                    />
                </List>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn phone(visit: Visit) -> PageResult {
    form(visit, Channel::Phone).await
}

pub(super) async fn mail(visit: Visit) -> PageResult {
    form(visit, Channel::Mail).await
}

async fn form(visit: Visit, channel: Channel) -> PageResult {
    visit.person()?;
    visit.recent()?;
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let own = profile(visit.backend(), &me).await?;
    let draft = forms::draft(&visit, channel.forms().0).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let (heading, lead, present) = match channel {
        Channel::Phone => ("contact-phone-change", "contact-phone-lead", own.phone.map(|p| p.masked())),
        Channel::Mail if own.mail.is_none() => ("contact-mail-set", "contact-mail-lead", None),
        Channel::Mail => ("contact-mail-change", "contact-mail-lead", own.mail.map(|m| m.masked())),
    };
    let heading = words::text(visit.locale, heading);
    let lead = words::text(visit.locale, lead);
    let present = present.map(|now| words::with(visit.locale, "contact-now", &[("now", now.into())]));
    let title = mistakes.title(visit.locale, &heading);
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        let field = match channel {
            Channel::Phone => view! {
                <TextField
                    name="phone"
                    label=t!("contact-phone-new")
                    hint=t!("phone-hint")
                    value=draft.get("phone").to_owned()
                    error=mistakes.at("phone")
                    kind=TextKind::Phone
                    maxlength=20
                />
            }
            .into_any(),
            Channel::Mail => view! {
                <TextField
                    name="mail"
                    label=t!("mail")
                    hint=t!("mail-hint")
                    value=draft.get("mail").to_owned()
                    error=mistakes.at("mail")
                    kind=TextKind::Email
                    maxlength=LONGEST as u32
                />
            }
            .into_any(),
        };
        let removal = (channel == Channel::Mail && present.is_some()).then(|| {
            view! {
                <form method="post" action="/me/contact/mail">
                    <SubmitButton
                        label=t!("contact-mail-remove")
                        kind=ButtonKind::Secondary
                        block=true
                        name="act"
                        value="remove"
                    />
                </form>
            }
        });
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/me/contact" place=Place::Me narrow=true>
                <PageHead title=heading lead/>
                <div class="stack">
                {present.map(|title| view! { <Alert title kind=AlertKind::Info/> })}
                <form class="form card stack" method="post" action=channel.paths().0 novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    {field}
                    <SubmitButton label=t!("send-code") block=true/>
                </form>
                {removal}
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn send_phone_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    send(&visit, Channel::Phone, &answers).await
}

pub(super) async fn send_phone_code_again(visit: Visit) -> PageResult {
    send_again(&visit, Channel::Phone).await
}

pub(super) async fn send_mail_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    if answer(&answers, "act") == "remove" {
        return remove(&visit).await;
    }
    send(&visit, Channel::Mail, &answers).await
}

pub(super) async fn send_mail_code_again(visit: Visit) -> PageResult {
    send_again(&visit, Channel::Mail).await
}

/// Sends a code to the one of the code page.
async fn send_again(visit: &Visit, channel: Channel) -> PageResult {
    let draft = forms::draft(visit, channel.forms().1).await?;
    send(visit, channel, &draft.answers).await
}

async fn send(visit: &Visit, channel: Channel, answers: &Answers) -> PageResult {
    visit.person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let (field, (form, code_form), (path, code_path)) = (channel.field(), channel.forms(), channel.paths());
    let mut kept = forms::kept(answers, &[field]);
    let contact = match channel.parse(answer(answers, field)) {
        Ok(contact) => contact,
        Err(code) => {
            forms::keep(visit, viewer, form, kept, vec![FieldError::new(field, code)]).await?;
            return Ok(see_other(path));
        }
    };
    let error = match contact.send_code(visit, viewer).await {
        Ok(sent) => {
            // What was typed stays for who comes back to correct it.
            forms::keep(visit, viewer, form, kept.clone(), Vec::new()).await?;
            code::note(&mut kept, sent);
            forms::keep(visit, viewer, code_form, kept, Vec::new()).await?;
            return Ok(see_other(code_path));
        }
        Err(ContactError::Denied(denied)) => {
            forms::keep(visit, viewer, form, kept, Vec::new()).await?;
            return Err(denied_at(visit, denied, path));
        }
        Err(error) => error,
    };
    // One who has a code already stays with it; the others learn it beside what they typed.
    let with_code = forms::draft(visit, code_form).await?;
    let has_code = channel.parse(with_code.get(field)).is_ok_and(|sent| sent.as_str() == contact.as_str());
    if has_code && matches!(error, ContactError::Refused(_)) {
        forms::keep(visit, viewer, code_form, with_code.answers, vec![mistake("code", error)?]).await?;
        return Ok(see_other(code_path));
    }
    forms::keep(visit, viewer, form, kept, vec![mistake(field, error)?]).await?;
    Ok(see_other(path))
}

pub(super) async fn phone_code_page(visit: Visit) -> PageResult {
    code_page(visit, Channel::Phone).await
}

pub(super) async fn mail_code_page(visit: Visit) -> PageResult {
    code_page(visit, Channel::Mail).await
}

async fn code_page(visit: Visit, channel: Channel) -> PageResult {
    visit.person()?;
    let (path, action) = channel.paths();
    let draft = forms::draft(&visit, channel.forms().1).await?;
    let Ok(contact) = channel.parse(draft.get(channel.field())) else { return Ok(see_other(path)) };
    visit.recent()?;
    let (lead, hint, submit, other) = match &contact {
        Contact::Phone(phone) => (
            words::with(visit.locale, "code-lead", &[("phone", phone.masked().into())]),
            "code-hint",
            "contact-phone-save",
            "contact-phone-other",
        ),
        Contact::Mail(mail) => (
            words::with(visit.locale, "mail-code-lead", &[("mail", mail.masked().into())]),
            "mail-code-hint",
            "contact-mail-save",
            "contact-mail-other",
        ),
    };
    let text = |key| words::text(visit.locale, key);
    let page = CodePage {
        lead,
        hint: text(hint),
        submit: text(submit),
        action,
        resend: channel.resend(),
        back: path.to_owned(),
        other: text(other),
    };
    code::show(&visit, &draft, page)
}

pub(super) async fn check_phone_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    check(&visit, Channel::Phone, &answers).await
}

pub(super) async fn check_mail_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    check(&visit, Channel::Mail, &answers).await
}

async fn check(visit: &Visit, channel: Channel, answers: &Answers) -> PageResult {
    visit.person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let (field, (form, code_form), (path, code_path)) = (channel.field(), channel.forms(), channel.paths());
    let draft = forms::draft(visit, code_form).await?;
    // Nothing to confirm: a second click after the first one did it, or a form from long ago.
    let Ok(contact) = channel.parse(draft.get(field)) else { return Ok(see_other("/me/contact")) };
    let error = match code::typed(answers) {
        Err(error) => error,
        Ok(digits) => match contact.change(visit, viewer, &digits).await {
            Ok(token) => {
                forms::forget(visit, viewer, form).await?;
                forms::forget(visit, viewer, code_form).await?;
                return Ok(go(visit, &format!("/me/contact?done={field}"), token.as_ref()));
            }
            Err(ContactError::Denied(denied)) => return Err(denied_at(visit, denied, code_path)),
            Err(error @ ContactError::Taken) => {
                forms::forget(visit, viewer, code_form).await?;
                let kept = forms::kept(&draft.answers, &[field]);
                forms::keep(visit, viewer, form, kept, vec![mistake(field, error)?]).await?;
                return Ok(see_other(path));
            }
            Err(error) => mistake("code", error)?,
        },
    };
    forms::keep(visit, viewer, code_form, draft.answers, vec![error]).await?;
    Ok(see_other(code_path))
}

async fn remove(visit: &Visit) -> PageResult {
    visit.person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let (form, code_form) = Channel::Mail.forms();
    match remove_mail(visit.backend(), viewer).await {
        Ok(()) => {
            forms::forget(visit, viewer, form).await?;
            forms::forget(visit, viewer, code_form).await?;
            Ok(see_other("/me/contact?done=mail-removed"))
        }
        Err(ContactError::Denied(denied)) => Err(visit.denied(denied)),
        Err(error) => {
            forms::keep(visit, viewer, form, Answers::new(), vec![mistake("mail", error)?]).await?;
            Ok(see_other(Channel::Mail.paths().0))
        }
    }
}

/// Who has to prove themself again comes back to `path`: that of a post shows nothing.
fn denied_at(visit: &Visit, denied: backend::identity::Denied, path: &str) -> PageError {
    match visit.denied(denied) {
        PageError::ReauthenticationNeeded { .. } => {
            PageError::ReauthenticationNeeded { next: path.to_owned() }
        }
        other => other,
    }
}

/// The mistake beside `field`; a failure of the portal is none.
fn mistake(field: &str, error: ContactError) -> Result<FieldError, PageError> {
    match &error {
        ContactError::Code(wrong) => Ok(code::wrong(wrong)),
        ContactError::Storage(error) => Err(error.clone().into()),
        error => Ok(FieldError::new(field, error.code().unwrap_or_default()).until(error.retry_at())),
    }
}
