//! Delivering what waits under the topics `sms` and `mail`.

use std::sync::Arc;

use domain::text::Locale;
use storage::BoxFuture;
use storage::identity::persons;
use storage::messages::outbox::Leased;

use super::adapters::{MessageGateways, Refusal, Sending};
use super::jobs::{Handled, Handler};
use super::notify::{Parcel, Receiver, params_in};
use super::templates::fill;
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
            return Ok(Handled::Bury("too-late"));
        }
        let Some((to, own)) = receiver(backend, &parcel.to).await? else {
            return Ok(Handled::Bury("no-address"));
        };
        let Some(template) = backend.templates.get(&parcel.kind) else {
            return Ok(Handled::Bury("no-words"));
        };
        let locale = parcel.locale.unwrap_or(own);
        let idempotency_key = message.id.to_string();
        let template_id = parcel.kind.as_str();
        let params = &params_in(locale, &parcel.params);
        let sent = if self.mail {
            let Some(words) = &template.mail else { return Ok(Handled::Bury("no-words")) };
            let subject = Some(fill(words.subject.get(locale), params));
            let text = fill(words.text.get(locale), params);
            let sending = Sending { to: &to, template: template_id, params, subject, text, idempotency_key };
            self.gateways.send_mail(&sending).await
        } else {
            let Some(words) = &template.sms else { return Ok(Handled::Bury("no-words")) };
            let text = fill(words.get(locale), params);
            let sending =
                Sending { to: &to, template: template_id, params, subject: None, text, idempotency_key };
            self.gateways.send_sms(&sending).await
        };
        Ok(match sent {
            Ok(()) => Handled::Done,
            Err(Refusal::Again(code)) => Handled::Again(code),
            Err(Refusal::Never(code)) => Handled::Bury(code),
        })
    }
}

/// Address and own language of a receiver.
async fn receiver(backend: &Backend, to: &Receiver) -> Result<Option<(String, Locale)>, storage::Error> {
    match to {
        Receiver::Phone(address) | Receiver::Mail(address) => Ok(Some((address.clone(), Locale::default()))),
        Receiver::Person(id) => {
            let person = persons::by_id(&mut backend.db.read().await?, *id).await?;
            Ok(person.and_then(|row| {
                let phone = open_profile(backend, &row).phone?;
                Some((phone.as_str().to_owned(), crate::identity::preferred_locale(&row.preferences)))
            }))
        }
    }
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
