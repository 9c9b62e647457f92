//! 我的: who I am here, and the way to everything that is mine.

use axum::extract::Query;
use backend::identity::profile;
use leptos::prelude::*;

use super::sign_in::Way;
use crate::{
    preferences::Mode,
    ui::{
        Alert, AlertKind, ButtonKind, ButtonLink, Card, CitizenLayout, Frame, IconName, LanguageSwitch, List,
        ListRow, ModeSwitch, Notice, PageHead, Place, ProfileCard, SubmitButton, Tag, ThemeSwitch, Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let person = visit.person()?.clone();
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let own = profile(visit.backend(), &me).await?;
    let phone = own.phone.map(|phone| phone.masked()).unwrap_or_default();
    let name = own.name.map(|name| name.as_str().to_owned());
    let number = own.resident_id.map_or_else(|| phone.clone(), |id| id.masked());
    let title = words::text(visit.locale, "me");
    let name = name.unwrap_or_else(|| words::text(visit.locale, "me-not-verified"));
    let (preferences, locale) = (visit.preferences, visit.locale);
    let notice = done(locale, &way.done);
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let notice = notice.map(|text| view! { <Notice text/> }.into_any());
        let row = |href: &'static str, title: String, note: String, icon: IconName, tone: Tone| {
            view! { <ListRow href title note icon tone/> }
        };
        let badge = person.verified.then(|| t!("me-verified"));
        let verify = (!person.verified).then(|| {
            view! {
                <Alert title=t!("me-verify-title") kind=AlertKind::Warning>
                    <p>{t!("me-verify-text")}</p>
                    <ButtonLink href="/me/verify" label=t!("me-verify-now") small=true/>
                </Alert>
            }
        });
        let acting = person.entity.clone().map(|entity| {
            view! {
                <Alert title=t!("me-acting", name = entity.name) kind=AlertKind::Info>
                    <form method="post" action="/me/entities">
                        <SubmitButton
                            label=t!("entities-leave")
                            kind=ButtonKind::Secondary
                            small=true
                            name="act"
                            value="leave"
                        />
                    </form>
                </Alert>
            }
        });
        let tags = person.entity.map(|_| view! { <Tag label=t!("me-acting-now") tone=Tone::Amber/> }.into_any());
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" place=Place::Me notice=notice>
                <PageHead title in_bar=true/>
                <div class="stack">
                <ProfileCard name id=number badge=badge/>
                {verify}
                {acting}
                <List>
                    {row("/cases", t!("me-cases"), t!("me-cases-note"), IconName::Checklist, Tone::Blue)}
                    {row("/certificates", t!("me-certificates"), t!("me-certificates-note"), IconName::Wallet, Tone::Teal)}
                    <ListRow
                        href="/me/entities"
                        title=t!("me-entities")
                        note=t!("me-entities-note")
                        icon=IconName::Building
                        tone=Tone::Violet
                        tags=tags
                    />
                </List>
                <List>
                    {row("/me/access-log", t!("me-access-log"), t!("me-access-log-note"), IconName::EyeCheck, Tone::Jade)}
                    {row("/me/consents", t!("me-consents"), t!("me-consents-note"), IconName::ShieldLock, Tone::Jade)}
                    {row("/me/sessions", t!("me-sessions"), t!("me-sessions-note"), IconName::Device, Tone::Slate)}
                    {row("/me/contact", t!("me-contact"), t!("me-contact-note"), IconName::Phone, Tone::Slate)}
                    {row("/me/password", t!("me-password"), t!("me-password-note"), IconName::Key, Tone::Slate)}
                </List>
                <Card title=t!("me-display")>
                    <ModeSwitch elder=preferences.mode == Mode::Elder next="/me"/>
                    <ThemeSwitch theme=preferences.theme.name() next="/me"/>
                    <LanguageSwitch locale next="/me"/>
                </Card>
                <form method="post" action="/sign-out">
                    <SubmitButton label=t!("sign-out") kind=ButtonKind::Secondary block=true icon=IconName::Logout/>
                </form>
            </div>
            </CitizenLayout>
        }
    })
}

/// What the last action did.
fn done(locale: domain::text::Locale, code: &str) -> Option<String> {
    let key = match code {
        "verified" => "done-verified",
        "password" => "done-password",
        _ => return None,
    };
    Some(words::text(locale, key))
}
