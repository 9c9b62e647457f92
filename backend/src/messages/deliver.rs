//! Delivering what waits under the topics `sms` and `mail`.

use std::sync::Arc;

use domain::identity::{MailAddress, Phone};
use domain::text::Locale;
use storage::BoxFuture;
use storage::identity::persons;
use storage::messages::outbox::Leased;

use super::adapters::{MessageGateways, Refusal, Sending};
use super::jobs::{Handled, Handler};
use super::notify::{Parcel, Receiver, params_in};
use super::smtp::Outgoing;
use super::templates::{Template, fill};
use crate::Backend;
use crate::identity::open_profile;
use crate::sealing::Place;

/// Topic of text messages.
pub const SMS: &str = "sms";
/// Topic of mails.
pub const MAIL: &str = "mail";

/// Sends the messages of one channel through its gateway.
pub struct Delivery {
    gateways: Arc<MessageGateways>,
    mail: bool,
}

impl Delivery {
    pub fn sms(gateways: Arc<MessageGateways>) -> Self {
        Delivery { gateways, mail: false }
    }

    pub fn mail(gateways: Arc<MessageGateways>) -> Self {
        Delivery { gateways, mail: true }
    }

    async fn deliver(&self, backend: &Backend, message: &Leased) -> Result<Handled, storage::Error> {
        let place = Place::new("outbox", "payload", &message.id.0);
        let Ok(parcel) = backend.open_json::<Parcel>(place, &message.payload) else {
            return Ok(Handled::Bury("unreadable"));
        };
        if parcel.not_after.is_some_and(|at| at < backend.now()) {
            return Ok(Handled::TooLate);
        }
        let Some(template) = backend.templates.get(&parcel.kind) else {
            return Ok(Handled::Bury("no-words"));
        };
        let to = receiver(backend, &parcel.to).await?;
        let sent = if self.mail {
            self.send_mail(backend, message, &parcel, template, to).await
        } else {
            self.send_sms(message, &parcel, template, to).await
        };
        Ok(match sent {
            Ok(()) => Handled::Done,
            Err(Refusal::Again(code)) => Handled::Again(code),
            Err(Refusal::Never(code)) => Handled::Bury(code),
        })
    }

    async fn send_sms(
        &self,
        message: &Leased,
        parcel: &Parcel,
        template: &Template,
        to: Addresses,
    ) -> Result<(), Refusal> {
        let phone = to.phone.ok_or(Refusal::Never("no-address"))?;
        let words = template.sms.as_ref().ok_or(Refusal::Never("no-words"))?;
        let locale = parcel.locale.unwrap_or(to.locale);
        let params = &params_in(locale, &parcel.params);
        let text = fill(words.get(locale), params);
        let idempotency_key = message.id.to_string();
        let sending = Sending { to: phone.as_str(), template: &parcel.kind, params, text, idempotency_key };
        self.gateways.send_sms(&sending).await
    }

    async fn send_mail(
        &self,
        backend: &Backend,
        message: &Leased,
        parcel: &Parcel,
        template: &Template,
        to: Addresses,
    ) -> Result<(), Refusal> {
        // Who removed their address meanwhile wants none: that is no failure.
        let Some(address) = to.mail else { return Ok(()) };
        let words = template.mail.as_ref().ok_or(Refusal::Never("no-words"))?;
        let locale = parcel.locale.unwrap_or(to.locale);
        let params = &params_in(locale, &parcel.params);
        let (subject, text) = (fill(words.subject.get(locale), params), fill(words.text.get(locale), params));
        let mail =
            Outgoing { id: message.id, to: &address, subject: &subject, text: &text, at: backend.now() };
        self.gateways.send_mail(&mail).await
    }
}

/// Where a receiver is reached, and in which language of their own.
#[derive(Default)]
struct Addresses {
    phone: Option<Phone>,
    mail: Option<MailAddress>,
    locale: Locale,
}

async fn receiver(backend: &Backend, to: &Receiver) -> Result<Addresses, storage::Error> {
    Ok(match to {
        Receiver::Phone(phone) => Addresses { phone: Phone::parse(phone).ok(), ..Addresses::default() },
        Receiver::Mail(mail) => Addresses { mail: MailAddress::parse(mail).ok(), ..Addresses::default() },
        Receiver::Person(id) => match persons::by_id(&mut backend.db.read().await?, *id).await? {
            Some(row) => {
                let profile = open_profile(backend, &row);
                let locale = crate::identity::preferred_locale(&row.preferences);
                Addresses { phone: profile.phone, mail: profile.mail, locale }
            }
            None => Addresses::default(),
        },
    })
}

impl Handler for Delivery {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            self.deliver(backend, message).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "a message could not be prepared");
                Handled::Again("storage")
            })
        })
    }
}
