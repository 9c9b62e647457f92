//! The clerk's own page: who they are here, how pages look, and the way out.

use backend::identity::StaffActor;
use backend::organisation::HeldPost;
use domain::identity::Role;
use domain::text::Locale;
use leptos::prelude::*;

use super::frame::{Desk, Spot, deputy_words};
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, LanguageSwitch, ModeSwitch, PageHead, StaffLayout,
    SubmitButton, SummaryList, SummaryRow, ThemeSwitch,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

pub(super) async fn show(visit: Visit) -> PageResult {
    let desk = Desk::of(&visit, Spot::Me).await?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let staff = visit.staff()?;
    let acting = visit.actor().staff().map_err(|denied| visit.denied(denied))?;
    let row = |key: &str, value: String| SummaryRow { name: t(key), value, change: None };
    let mut rows = vec![row("desk-me-login", staff.login.clone())];
    for post in &staff.working.posts {
        let roles: Vec<String> = post.roles.iter().map(|r| t(&format!("desk-role-{}", r.code()))).collect();
        let name = post.office.name.get(locale).to_owned();
        let name = if post.deputy_for.is_some() { deputy_words(locale, name, Some(post)) } else { name };
        let value = format!("{}：{}", post.title.get(locale), roles.join(&t("list-separator")));
        rows.push(SummaryRow { name, value, change: None });
    }
    let keeps =
        |post: &&HeldPost| post.roles.iter().any(|role| matches!(role, Role::Decide | Role::Supervise));
    let reasons: Vec<(String, String)> = staff
        .working
        .posts
        .iter()
        .filter(keeps)
        .map(|post| {
            let office = post.office.name.get(locale);
            let label = with(locale, "desk-reasons-title", &[("office", office.into())]);
            (format!("/staff/reasons/{}", post.office.id), label)
        })
        .collect();
    let no_cases = desk.at.is_none().then(|| (t("desk-me-no-cases"), instead(acting, locale)));
    let title = staff.name.clone();
    let (display, leave, password) = (t("desk-me-display"), t("desk-me-leave"), t("desk-me-password"));
    let (second_factor, deputies) = (t("desk-me-second-factor"), t("deputies-title"));
    let theme = visit.preferences.theme.name();
    let elder = visit.preferences.mode == crate::preferences::Mode::Elder;
    visit.page(title.clone(), move || {
        let here = "/staff/me";
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title/>
                <div class="stack desk-narrow">
                    {no_cases
                        .map(|(title, said)| {
                            let said = said.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
                            view! { <Alert kind=AlertKind::Info title>{said}</Alert> }
                        })}
                    <SummaryList plain=true rows/>
                    <div class="row">
                        {reasons
                            .into_iter()
                            .map(|(href, label)| view! { <ButtonLink href label kind=ButtonKind::Secondary small=true/> })
                            .collect_view()}
                    </div>
                    <Card title=display>
                        <div>
                            <ModeSwitch elder next=here/>
                            <ThemeSwitch theme next=here/>
                            <LanguageSwitch locale next=here/>
                        </div>
                    </Card>
                    <div class="row">
                        <ButtonLink href="/staff/deputies" label=deputies kind=ButtonKind::Secondary small=true/>
                        <ButtonLink href="/staff/password" label=password kind=ButtonKind::Secondary small=true/>
                        <ButtonLink href="/staff/second-factor" label=second_factor kind=ButtonKind::Secondary small=true/>
                        <form method="post" action="/staff/sign-out">
                            <SubmitButton label=leave kind=ButtonKind::Quiet small=true/>
                        </form>
                    </div>
                </div>
            </StaffLayout>
        }
    })
}

/// Where the work of who handles no case is done.
fn instead(staff: &StaffActor, locale: Locale) -> Vec<String> {
    let parts: Vec<String> = [
        (Role::System, "desk-me-organisation"),
        (Role::Catalogue, "desk-me-catalogue"),
        (Role::Audit, "desk-me-audit"),
    ]
    .into_iter()
    .filter(|(role, _)| staff.holds(*role))
    .map(|(_, key)| text(locale, key))
    .collect();
    if parts.is_empty() { vec![text(locale, "desk-me-nothing")] } else { parts }
}
