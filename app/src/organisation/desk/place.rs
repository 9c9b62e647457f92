//! Places with their offices, and opening an office.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::organisation::look::{self, PlaceView};
use backend::organisation::{describe_office, open_office};
use domain::organisation::office_file::{Contact, ContactFault};
use domain::organisation::region::RegionCode;
use domain::text::Text;
use leptos::prelude::*;
use serde::Deserialize;

use super::sheet::{self, Asked, Crumbs, Sheet, again, done, fail, gathered, mistake};
use super::words::{department, office_name, scope};
use crate::cases::desk::draft::{Typed, typed};
use crate::cases::desk::queue::pages;
use crate::errors::PageError;
use crate::ui::{
    ButtonKind, ButtonLink, Choice, EmptyState, IconName, List, ListRow, Section, SelectField, TextField,
    Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};
use backend::identity::FieldError;

const FORM: &str = "organisation-office";
pub(super) const HOME: &str = "/staff/organisation";

#[derive(Default, Deserialize)]
pub(super) struct Look {
    /// The department of the last office of the page before.
    #[serde(default)]
    after: String,
    /// The last place below of the page before.
    below: Option<String>,
    did: Option<String>,
}

/// What the administrator keeps.
pub(super) async fn home(visit: Visit) -> PageResult {
    visit.staff()?;
    let scopes = look::kept_by(visit.backend(), visit.actor()).await.map_err(|error| fail(&visit, error))?;
    if let [only] = scopes.as_slice() {
        return Ok(Redirect::to(&address(only.region)).into_response());
    }
    let locale = visit.locale;
    let rows: Vec<(String, String)> = scopes
        .iter()
        .map(|kept| (address(kept.region), scope(&visit, kept.department.as_deref(), kept.region)))
        .collect();
    let sheet = Sheet::new(text(locale, "org-title"), Vec::new());
    sheet::show(&visit, sheet, move || {
        let rows = rows.into_iter().map(|(href, title)| view! { <ListRow href title/> }).collect_view();
        view! { <List>{rows}</List> }.into_any()
    })
    .await
}

pub(super) fn address(code: RegionCode) -> String {
    format!("{HOME}/places/{code}")
}

/// The places above one of the chain, with their addresses.
fn crumbs(view: &PlaceView, visit: &Visit) -> Crumbs {
    let above = view.way.split_last().map_or(&[][..], |(_, above)| above);
    let link = |place: &domain::organisation::region::Region| {
        (address(place.code), place.name.get(visit.locale).to_owned())
    };
    let mut links = vec![(HOME.to_owned(), text(visit.locale, "org-title"))];
    links.extend(above.iter().map(link));
    links
}

async fn view_of(visit: &Visit, code: &str, look: &Look) -> Result<(RegionCode, PlaceView), PageError> {
    visit.staff()?;
    let code = RegionCode::parse(code).map_err(|_| PageError::NotFound)?;
    let below = look.below.as_deref().and_then(|below| RegionCode::parse(below).ok());
    let view = look::place(visit.backend(), visit.actor(), code, &look.after, below).await;
    Ok((code, view.map_err(|error| fail(visit, error))?))
}

pub(super) async fn show(visit: Visit, Path(code): Path<String>, Query(look): Query<Look>) -> PageResult {
    let (code, view) = view_of(&visit, &code, &look).await?;
    let locale = visit.locale;
    let here = address(code);
    let title = view.way.last().map(|place| place.name.get(locale).to_owned()).unwrap_or_default();
    let mut head = Sheet::new(title, crumbs(&view, &visit));
    head.did = look.did.clone();
    let offices: Vec<(String, String, String)> = view
        .offices
        .lines
        .iter()
        .map(|office| {
            let href = format!("{HOME}/offices/{}", office.id);
            (href, office_name(office, locale), department(&visit, &office.department))
        })
        .collect();
    let next_office = view.offices.next.as_ref().map(|next| format!("{here}?after={next}"));
    let first_office = (!look.after.is_empty()).then(|| here.clone());
    let below: Vec<(String, String, usize)> = view
        .below
        .places
        .iter()
        .map(|place| {
            let count = view.counts.get(&place.code).copied().unwrap_or_default();
            (address(place.code), place.name.get(locale).to_owned(), count)
        })
        .collect();
    let next_below = view.below.next.map(|next| format!("{here}?below={next}"));
    let first_below = look.below.is_some().then(|| here.clone());
    let may_open = !view.missing.is_empty();
    sheet::show(&visit, head, move || {
        let list = if offices.is_empty() {
            let words = text(locale, "org-no-offices");
            view! { <EmptyState title=words icon=IconName::Building tone=Tone::Slate/> }.into_any()
        } else {
            let rows = offices
                .into_iter()
                .map(|(href, title, note)| view! { <ListRow href title note icon=IconName::Building tone=Tone::Blue/> })
                .collect_view();
            view! { <List>{rows}</List> }.into_any()
        };
        let open = format!("{here}/open");
        let rows = below
            .into_iter()
            .map(|(href, title, count)| {
                let note = with(locale, "org-offices-within", &[("n", count.into())]);
                view! { <ListRow href title note/> }
            })
            .collect_view();
        let within = (!rows.is_empty()).then(|| {
            view! {
                <Section title=text(locale, "org-below")>
                    <List small=true>{rows}</List>
                    {pages(first_below, next_below, locale)}
                </Section>
            }
        });
        view! {
            <Section title=text(locale, "org-offices")>
                <div class="stack">
                    {list}
                    {pages(first_office, next_office, locale)}
                    {may_open.then(|| view! { <ButtonLink href=open label=text(locale, "org-open-office") kind=ButtonKind::Secondary/> })}
                </div>
            </Section>
            {within}
        }
        .into_any()
    })
    .await
}

/// What an office is called, and how it can be reached.
pub(super) fn name_fields(kept: &sheet::Kept, there: [&str; 5], locale: domain::text::Locale) -> AnyView {
    let t = |key: &str| text(locale, key);
    let [zh, en, phone, address_zh, address_en] = there;
    view! {
        <TextField name="zh" label=t("org-name-zh") value=kept.or("zh", zh) error=kept.error("zh") maxlength=120/>
        <TextField name="en" label=t("org-name-en") value=kept.or("en", en) error=kept.error("en") maxlength=120/>
        <TextField name="phone" label=t("org-phone") hint=t("org-contact-hint") value=kept.or("phone", phone) error=kept.error("phone") optional=true maxlength=40 autocomplete="off"/>
        <TextField name="address_zh" label=t("org-address-zh") value=kept.or("address_zh", address_zh) error=kept.error("address_zh") optional=true/>
        <TextField name="address_en" label=t("org-address-en") value=kept.or("address_en", address_en) optional=true/>
    }
    .into_any()
}

pub(super) const NAME_FIELDS: [&str; 6] = ["department", "zh", "en", "phone", "address_zh", "address_en"];

/// How an office can be reached, as it was typed.
pub(super) fn contact(answers: &Typed) -> Result<Contact, FieldError> {
    let parts = ["phone", "address_zh", "address_en"].map(|field| typed(answers, field));
    Contact::parse(parts[0], parts[1], parts[2]).map_err(|fault| match fault {
        ContactFault::Phone => FieldError::new("phone", "org-phone"),
        ContactFault::Address => FieldError::new("address_zh", "org-address"),
    })
}

pub(super) async fn ask(visit: Visit, Path(code): Path<String>) -> PageResult {
    let (code, view) = view_of(&visit, &code, &Look::default()).await?;
    visit.recent()?;
    let locale = visit.locale;
    let mut links = crumbs(&view, &visit);
    let name = view.way.last().map(|place| place.name.get(locale).to_owned()).unwrap_or_default();
    links.push((address(code), name));
    let choices: Vec<Choice> =
        view.missing.iter().map(|id| Choice::new(id.clone(), department(&visit, id))).collect();
    let asked = Asked {
        form: FORM,
        subject: code.to_string(),
        action: format!("{}/open", address(code)),
        submit: "org-open-office",
        back: address(code),
    };
    sheet::form(&visit, Sheet::new(text(locale, "org-open-office"), links), asked, move |kept| {
        let (label, prompt) = (text(locale, "org-department"), text(locale, "org-choose"));
        view! {
            <SelectField name="department" label choices prompt value=kept.value("department") error=kept.error("department")/>
            {name_fields(kept, [""; 5], locale)}
        }
        .into_any()
    })
    .await
}

pub(super) async fn open(
    visit: Visit,
    Path(code): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    visit.staff()?;
    let code = RegionCode::parse(&code).map_err(|_| PageError::NotFound)?;
    let answers = gathered(pairs);
    let form = format!("{}/open", address(code));
    let subject = code.to_string();
    let opened = match contact(&answers) {
        Err(error) => Err(error),
        Ok(contact) => {
            let name = Text::new(typed(&answers, "zh"), typed(&answers, "en"));
            let (backend, actor) = (visit.backend(), visit.actor());
            match open_office(backend, actor, typed(&answers, "department"), code, name.clone()).await {
                Ok(id) => {
                    if contact != Contact::default() {
                        let described = describe_office(backend, actor, id, name, contact).await;
                        described.map_err(|error| fail(&visit, error))?;
                    }
                    Ok(id)
                }
                Err(error) => Err(mistake(&visit, error)?),
            }
        }
    };
    match opened {
        Ok(id) => done(&visit, FORM, &format!("{HOME}/offices/{id}?did=opened")).await,
        Err(error) => again(&visit, FORM, &subject, &answers, &NAME_FIELDS, error, &form).await,
    }
}
