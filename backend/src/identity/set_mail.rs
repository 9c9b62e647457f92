//! Getting notices by mail too, and no longer.

use std::net::IpAddr;

use domain::identity::MailAddress;
use domain::ids::SessionId;
use domain::text::Locale;
use serde_json::{Value, json};
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::persons;

use super::actor::{Actor, PersonActor};
use super::codes::{Challenge, CodeSent};
use super::contact::ContactError;
use super::preferences::locale as preferred_locale;
use super::profile::{open_profile, profile};
use super::sign_in::place;
use super::viewer::Viewer;
use crate::Backend;
use crate::messages::{Parcel, Receiver, enqueue_mail, notify};

/// Mails a code to `mail`: whoever reads it there may have notices sent there.
pub async fn request_mail_code(
    backend: &Backend,
    viewer: &Viewer,
    mail: &MailAddress,
    address: IpAddr,
    locale: Locale,
) -> Result<CodeSent, ContactError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    actor.require_recent()?;
    if profile(backend, &me).await?.mail.as_ref() == Some(mail) {
        return Err(ContactError::Unchanged);
    }
    let challenge = challenge(backend, me.session, mail, address);
    Ok(challenge.send(backend, "mail-code", locale).await?)
}

fn challenge(backend: &Backend, session: SessionId, mail: &MailAddress, address: IpAddr) -> Challenge {
    Challenge::new(backend, "set-mail", session, Receiver::Mail(mail.as_str().to_owned()), address)
}

/// Sends notices to the address to which `digits` were mailed. An address that it replaces is told.
pub async fn set_mail(
    backend: &Backend,
    viewer: &Viewer,
    mail: &MailAddress,
    digits: &str,
    address: IpAddr,
) -> Result<(), ContactError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    actor.require_recent()?;
    let challenge = challenge(backend, me.session, mail, address);
    let (job, mail, digits) = (backend.clone(), mail.clone(), digits.to_owned());
    // The inner result is kept with the attempt it counted; the outer one undoes everything.
    let outcome: Result<Result<(), ContactError>, ContactError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                match challenge.answer(tx, &job, &digits).await? {
                    Ok(()) => replace(tx, &job, &me, Some(&mail)).await.map(Ok),
                    Err(wrong) => Ok(Err(wrong.into())),
                }
            })
        })
        .await;
    outcome?
}

/// No more notices by mail. Nothing happens when there is no address.
pub async fn remove_mail(backend: &Backend, viewer: &Viewer) -> Result<(), ContactError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    actor.require_recent()?;
    let job = backend.clone();
    backend.db.write(move |tx| Box::pin(async move { replace(tx, &job, &me, None).await })).await
}

async fn replace(
    tx: &mut Tx,
    backend: &Backend,
    me: &PersonActor,
    mail: Option<&MailAddress>,
) -> Result<(), ContactError> {
    let person = persons::by_id(tx, me.id).await?.ok_or(storage::Error::NotFound)?;
    if person.mail.is_none() && mail.is_none() {
        return Ok(());
    }
    let sealed = mail.map(|mail| backend.seal(place("mail", &me.id.0), mail.as_str().as_bytes()));
    if !persons::set_mail(tx, me.id, person.version, sealed.as_deref()).await? {
        return Err(ContactError::Stale);
    }
    let (action, kind) = match mail {
        Some(_) => ("identity.set_mail", "mail-changed"),
        None => ("identity.remove_mail", "mail-removed"),
    };
    audit::append(
        tx,
        Entry {
            at: backend.now(),
            actor: Actor::Person(*me).for_audit(),
            action,
            subject_kind: "person",
            subject_id: me.id.to_string(),
            person: Some(me.id),
            purpose: None,
            detail: json!({}),
        },
    )?;
    // Whoever still reads the old address must learn of it there.
    if let Some(old) = open_profile(backend, &person).mail {
        let parcel = Parcel {
            to: Receiver::Mail(old.as_str().to_owned()),
            kind: "mail-left".to_owned(),
            params: json!({}),
            locale: Some(preferred_locale(&person.preferences)),
            not_after: None,
        };
        enqueue_mail(backend, tx, &parcel).await?;
    }
    let params: Value = mail.map_or(json!({}), |mail| json!({ "mail": mail.masked() }));
    notify(backend, tx, me.id, kind, &params, None).await?;
    Ok(())
}
