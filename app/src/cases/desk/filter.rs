//! Narrowing the queue with a plain form, and keeping what one narrowed it to.

use backend::cases::desk_views::{DeskView, MAX_NAME};
use domain::cases::{Light, Turn};
use domain::identity::Role;
use leptos::prelude::*;

use super::sought::{Look, Sought, hands_code};
use crate::ui::{
    ButtonKind, ButtonLink, Choice, Disclosure, Filters, SelectField, SubmitButton, TabLink, TextField,
};
use crate::visit::Visit;
use crate::words::text;

/// Offices below a desk, and services of its department, in a list.
const MOST: usize = 300;

/// One's saved views, as links.
pub(super) fn views(visit: &Visit, views: &[DeskView], here: &str) -> Option<AnyView> {
    let link = |view: &DeskView| {
        let href = address(visit, view);
        TabLink { current: href == here, href, label: view.name.clone(), count: None }
    };
    let mut links: Vec<TabLink> = views.iter().map(link).collect();
    if links.is_empty() {
        return None;
    }
    let label = text(visit.locale, "desk-views-manage");
    links.push(TabLink { href: "/staff/views".into(), label, count: None, current: false });
    Some(view! { <Filters label=text(visit.locale, "desk-views") links/> }.into_any())
}

/// Where a saved view leads.
pub(super) fn address(visit: &Visit, view: &DeskView) -> String {
    let look = Look::of_view(view);
    let choices = backend::cases::queue::desks(visit.backend(), visit.actor()).unwrap_or_default();
    let at = choices.iter().find(|c| c.desk.department == view.department && c.desk.place == view.region);
    match at {
        Some(at) => Sought::of(visit, at, &look).address(),
        // A post that has ended: the queue shows what is left.
        None => "/staff".to_owned(),
    }
}

/// The form: whose turn, where, how urgent, in whose hands, which service.
pub(super) fn form(visit: &Visit, sought: &Sought) -> AnyView {
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let any = t("desk-filter-any");
    let turns: Vec<Choice> = Turn::ALL
        .into_iter()
        .filter(|turn| *turn != Turn::Review || visit.actor().staff().is_ok_and(|s| s.holds(Role::Review)))
        .map(|turn| Choice::new(turn.code(), t(&format!("desk-turn-{}", turn.code()))))
        .collect();
    let lights: Vec<Choice> = [Light::Red, Light::Yellow, Light::Green]
        .map(|light| Choice::new(light.code(), t(&format!("desk-light-{}", light.code()))))
        .to_vec();
    let hands = ["mine", "free"].map(|code| Choice::new(code, t(&format!("desk-filter-{code}")))).to_vec();
    let current = visit.backend().organisation.current();
    let places: Vec<Choice> = current
        .offices
        .under(&sought.desk.department, sought.desk.place)
        .filter(|office| office.region != sought.desk.place)
        .take(MOST)
        .map(|office| Choice::new(office.region.to_string(), office.name.get(locale)))
        .collect();
    let services = visit.backend().catalog.services();
    let services: Vec<Choice> = services
        .all
        .iter()
        .filter(|service| service.definition.department == sought.desk.department)
        .take(MOST)
        .map(|service| Choice::new(service.code(), service.definition.name.get(locale)))
        .collect();
    let narrow = &sought.narrow;
    let place = sought.within.map(|place| place.to_string()).unwrap_or_default();
    let desk = super::frame::desk_code(&sought.desk);
    let state = sought.state.code();
    let (turn, light) = (sought.turn.map_or("", Turn::code), narrow.light.map_or("", Light::code));
    let (held, service) = (narrow.hands.map_or("", hands_code), narrow.service.clone().unwrap_or_default());
    let by_tab = t("desk-turn-any");
    let here = sought.address();
    view! {
        <Disclosure summary=t("desk-filter-more") open=sought.is_narrowed()>
            <form method="get" action="/staff" class="desk-filter">
                <input type="hidden" name="desk" value=desk/>
                <input type="hidden" name="state" value=state/>
                <SelectField name="role" label=t("desk-filter-role") choices=turns value=turn prompt=by_tab/>
                {(!places.is_empty())
                    .then(|| view! { <SelectField name="place" label=t("desk-filter-place") choices=places value=place prompt=any.clone()/> })}
                <SelectField name="light" label=t("desk-filter-light") choices=lights value=light prompt=any.clone()/>
                <SelectField name="hands" label=t("desk-hands") choices=hands value=held prompt=any.clone()/>
                <SelectField name="service" label=t("desk-column-service") choices=services value=service prompt=any/>
                <div class="row">
                    <SubmitButton label=t("desk-filter-show")/>
                    <ButtonLink href="/staff/views" label=t("desk-views-manage") kind=ButtonKind::Quiet/>
                </div>
            </form>
            <form method="post" action="/staff/views" class="desk-filter desk-filter-save" novalidate=true>
                <input type="hidden" name="query" value=here/>
                <TextField name="name" label=t("desk-view-save-name") maxlength=MAX_NAME/>
                <SubmitButton label=t("desk-view-save") kind=ButtonKind::Secondary/>
            </form>
        </Disclosure>
    }
    .into_any()
}
