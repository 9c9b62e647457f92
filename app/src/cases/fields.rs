//! Questions of a definition as fields of a page.

use std::collections::BTreeMap;

use backend::cases::Opened;
use backend::cases::files::Listed;
use backend::catalog::Reference;
use backend::catalog::display::yuan;
use domain::cases::form::{
    DESCRIPTION_LENGTH, MAX_ROWS, Wrong, chosen_place, described_control, may_describe, source,
};
use domain::cases::{FieldError, Form};
use domain::catalog::field::{Field, FieldType, Prefill};
use domain::identity::resident_id::ResidentIdError;
use domain::organisation::region::{Level, Region, RegionCode};
use domain::registers::FactState;
use domain::rules::{Number, Record, Value};
use domain::text::Locale;
use leptos::prelude::*;

use super::pages::facts::fact_words;
use crate::ui::Field as Labelled;
use crate::ui::{
    CheckboxCards, Choice, DateField, ErrorLink, FieldGroup, FileField, Group, Icon, IconName, List, ListRow,
    MoneyField, RadioCards, Section, SelectField, SentFile, TextArea, TextField, TextKind,
};
use crate::words::{text, with};

/// Up to so many options stand as large cards; more become a list.
const CARDS: usize = 6;
/// The option beside a register's that stands for none of them; a key has no such form, and it is none that is offered.
const NONE_OF_THESE: &str = "~";

/// A page of questions as it is shown.
pub(crate) struct Sheet<'a> {
    pub opened: &'a Opened,
    pub form: &'a Form,
    pub files: &'a [Listed],
    pub reference: &'a Reference,
    pub locale: Locale,
    /// The number one signs in by.
    pub account_phone: Option<String>,
    /// Whether mistakes are shown: after a post, not on the first look.
    pub checked: bool,
}

impl Sheet<'_> {
    /// What is wrong on this page: id of the control and the words beside it.
    pub fn errors(&self, fields: &[Field]) -> Vec<ErrorLink> {
        if !self.checked {
            return Vec::new();
        }
        fields
            .iter()
            .filter_map(|field| Some((field, self.form.field(&field.id)?)))
            .flat_map(|(field, state)| {
                state
                    .errors
                    .iter()
                    .map(|error| ErrorLink { field: error.control.clone(), text: self.words(field, error) })
            })
            .collect()
    }

    fn words(&self, field: &Field, error: &FieldError) -> String {
        let inner = inner_field(field, &error.control);
        let label = match inner {
            Some((inner, row)) => {
                format!("{} {} · {}", field.label.get(self.locale), row + 1, inner.label.get(self.locale))
            }
            None => field.label.get(self.locale).to_owned(),
        };
        let field = inner.map_or(field, |(f, _)| f);
        let nothing_offered = field.options_from.is_some()
            && self.opened.offered(field).is_empty()
            && !may_describe(field, &self.opened.facts);
        if nothing_offered && error.wrong == Wrong::Missing {
            return with(self.locale, "error-no-record", &[("label", label.into())]);
        }
        wrong_words(self.locale, field, &label, &error.control, &error.wrong)
    }

    fn error(&self, field: &Field, control: &str) -> Option<String> {
        if !self.checked {
            return None;
        }
        let root = control.split('.').next().unwrap_or_default();
        let state = self.form.field(root)?;
        let top = self.opened.service.definition.field(root).unwrap_or(field);
        state.errors.iter().find(|e| e.control == control).map(|e| self.words(top, e))
    }

    /// The typed value of a control.
    fn typed(&self, control: &str) -> String {
        self.opened.raw.get(control).and_then(|v| v.first()).cloned().unwrap_or_default()
    }

    /// What was typed, or what stands there before anything was.
    fn prefilled(&self, field: &Field, control: &str) -> String {
        match (field.prefill, self.opened.raw.get(control)) {
            (Some(Prefill::AccountPhone), None) => self.account_phone.clone().unwrap_or_default(),
            (Some(Prefill::Yes), None) => "yes".to_owned(),
            _ => self.typed(control),
        }
    }

    /// All questions of a step. Those not asked are there, hidden, for the island to bring up.
    pub fn view(&self, fields: &[Field]) -> AnyView {
        fields
            .iter()
            .map(|field| {
                let asked = self.form.field(&field.id).is_some_and(|state| state.asked);
                let content = self.field(field, &field.id);
                view! {
                    <div class="question" data-field=field.id.clone() hidden=!asked>
                        {content}
                    </div>
                }
            })
            .collect_view()
            .into_any()
    }

    fn field(&self, field: &Field, control: &str) -> AnyView {
        let label = field.label.get(self.locale).to_owned();
        let hint = self.hint(field);
        let error = self.error(field, control);
        let optional = field.optional;
        let name = control.to_owned();
        match field.kind {
            FieldType::Text => view! {
                <TextField name label hint error optional value=self.typed(control) maxlength=field.max_length.unwrap_or(200)/>
            }
            .into_any(),
            FieldType::LongText => view! {
                <TextArea name label hint error optional value=self.typed(control) maxlength=field.max_length.unwrap_or(2000)/>
            }
            .into_any(),
            FieldType::Number => {
                let kind = if field.decimals.unwrap_or(0) > 0 { TextKind::Decimal } else { TextKind::Number };
                let suffix = field.unit.as_ref().map(|u| u.get(self.locale).to_owned());
                view! {
                    <TextField name label hint error optional suffix value=self.typed(control) kind maxlength=20/>
                }
                .into_any()
            }
            FieldType::Money => {
                view! { <MoneyField name label hint error optional value=self.typed(control)/> }.into_any()
            }
            FieldType::Phone => view! {
                <TextField name label hint error optional value=self.prefilled(field, control) kind=TextKind::Phone maxlength=20/>
            }
            .into_any(),
            FieldType::Date => {
                let part = |part: &str| self.typed(&format!("{control}-{part}"));
                view! {
                    <DateField name label hint error optional year=part("year") month=part("month") day=part("day")/>
                }
                .into_any()
            }
            FieldType::YesNo => {
                let choices =
                    vec![Choice::new("yes", text(self.locale, "yes")), Choice::new("no", text(self.locale, "no"))];
                view! {
                    <RadioCards name legend=label hint error optional choices value=self.prefilled(field, control) pairs=true/>
                }
                .into_any()
            }
            FieldType::Choice | FieldType::MultiChoice => self.choice(field, control, label, hint, error),
            FieldType::Address => self.address(field, control, label, hint),
            FieldType::Person => self.person(field, control, label, hint),
            FieldType::File => self.file(field, control, label, hint, error),
            FieldType::Group => self.group(field, control, label, hint, error),
        }
    }

    /// What the registers say of what is asked, and the hint.
    fn hint(&self, field: &Field) -> Option<String> {
        let said = field.about.iter().filter_map(|fact| {
            let evidence = self.opened.evidence.iter().find(|e| &e.fact == fact)?;
            let (name, value, _) = fact_words(self.reference, evidence, true, self.locale)?;
            Some(with(self.locale, "case-about", &[("name", name.into()), ("value", value.into())]))
        });
        let hint = field.hint.as_ref().map(|h| h.get(self.locale).to_owned());
        let lines: Vec<String> = said.chain(hint).collect();
        (!lines.is_empty()).then(|| lines.join(" "))
    }

    fn choices(&self, field: &Field) -> Vec<Choice> {
        let Some(source) = source(field) else {
            return field
                .options
                .iter()
                .map(|o| {
                    let choice = Choice::new(o.id.clone(), o.label.get(self.locale));
                    match &o.hint {
                        Some(hint) => choice.hint(hint.get(self.locale)),
                        None => choice,
                    }
                })
                .collect();
        };
        let label = self
            .reference
            .registers
            .fact(source.0)
            .and_then(|(_, spec)| spec.label.clone())
            .unwrap_or_default();
        let choice = |(id, row): (String, Record)| match row.get(&label).and_then(Value::as_text) {
            Some(name) if name != id => Choice::new(id.clone(), name).hint(id),
            _ => Choice::new(id.clone(), id),
        };
        self.opened.offered(field).into_iter().map(choice).collect()
    }

    /// A question with options. Where a register should offer them and is silent or contested, it is answered in words.
    fn choice(
        &self,
        field: &Field,
        control: &str,
        label: String,
        hint: Option<String>,
        error: Option<String>,
    ) -> AnyView {
        let (name, optional) = (control.to_owned(), field.optional);
        let mut choices = self.choices(field);
        let in_words = may_describe(field, &self.opened.facts);
        if choices.is_empty() {
            return match in_words {
                true => self.description(field, control, label, hint),
                false => self.no_record(field, control, label, error),
            };
        }
        let words = in_words.then(|| {
            if field.kind == FieldType::Choice {
                choices.push(Choice::new(NONE_OF_THESE, text(self.locale, "case-none-of-these")));
            }
            let label = text(self.locale, "case-none-of-these-describe");
            self.description(field, control, label, None)
        });
        let described = self.typed(&described_control(control));
        let hint = match described.is_empty() || in_words || field.options_from.is_none() {
            true => hint,
            // The register has answered since.
            false => Some(with(self.locale, "case-described-before", &[("words", described.into())])),
        };
        let value = self.typed(control);
        let cards = if field.kind == FieldType::MultiChoice {
            let values = self.opened.raw.get(control).cloned().unwrap_or_default();
            view! { <CheckboxCards name legend=label hint error optional choices values/> }.into_any()
        } else if choices.len() <= CARDS {
            view! { <RadioCards name legend=label hint error optional choices value/> }.into_any()
        } else {
            let prompt = text(self.locale, "choose");
            view! { <SelectField name label hint error optional choices value prompt/> }.into_any()
        };
        view! {
            {cards}
            {words}
        }
        .into_any()
    }

    /// Asks in words which record is meant.
    fn description(&self, field: &Field, control: &str, label: String, hint: Option<String>) -> AnyView {
        let Some((fact, key)) = source(field) else { return ().into_any() };
        let name = described_control(control);
        let pending = !matches!(self.opened.facts.0.get(fact), Some(FactState::Contested(_)));
        let about = if pending { "case-describe-pending" } else { "case-describe-contested" };
        let known = self.reference.registers.fact(fact);
        let register = known.map(|(register, _)| register.name.get(self.locale)).unwrap_or_default();
        // What people know a record by, and what registers do.
        let named = |id: &str| {
            let column = known.and_then(|(_, spec)| spec.columns.iter().find(|c| c.id == id));
            column.map(|column| column.name.get(self.locale).to_owned())
        };
        let by =
            known.and_then(|(_, spec)| spec.label.as_deref()).filter(|label| *label != key).and_then(named);
        let by: Vec<String> = by.into_iter().chain(named(key)).collect();
        let what = by.join(&text(self.locale, "list-separator"));
        let about =
            with(self.locale, about, &[("register", register.to_owned().into()), ("what", what.into())]);
        let hint = match hint {
            Some(hint) => format!("{about} {hint}"),
            None => about,
        };
        let error = self.error(field, &name);
        // Chosen while the register still answered.
        let value = Some(self.typed(&name)).filter(|v| !v.is_empty()).unwrap_or_else(|| self.typed(control));
        let value = if value == NONE_OF_THESE { String::new() } else { value };
        let optional = field.optional;
        view! { <TextField name label hint error optional value maxlength=DESCRIPTION_LENGTH/> }.into_any()
    }

    /// The register says that there is nothing to choose. That may be wrong; saying so opens the way on.
    fn no_record(&self, field: &Field, control: &str, label: String, error: Option<String>) -> AnyView {
        let Some((fact, _)) = source(field) else { return ().into_any() };
        let register =
            self.reference.registers.fact(fact).map(|(register, _)| register.name.get(self.locale));
        let hint = with(
            self.locale,
            "case-no-record",
            &[("register", register.unwrap_or_default().to_owned().into())],
        );
        let (fact, optional, id) = (fact.to_owned(), field.optional, control.to_owned());
        let contest = text(self.locale, "case-no-record-contest");
        view! {
            <FieldGroup name=id.clone() legend=label hint error optional>
                <button class="btn btn-secondary" id=id type="submit" name="_contest" value=fact formnovalidate=true>{contest}</button>
            </FieldGroup>
        }
        .into_any()
    }

    /// A list for each level down to the one that is next; the server fills in the one below what was chosen.
    fn address(&self, field: &Field, control: &str, label: String, hint: Option<String>) -> AnyView {
        let (at_region, at_detail) = (format!("{control}.region"), format!("{control}.detail"));
        let top = field.within.as_deref().and_then(|code| RegionCode::parse(code).ok());
        let chosen = chosen_place(self.opened.raw.get(&at_region).map_or(&[], Vec::as_slice));
        let chosen =
            RegionCode::parse(chosen).ok().filter(|code| self.reference.regions.get(*code).is_some());
        let way = chosen.map(|code| self.reference.regions.way(top, code)).unwrap_or_default();
        let mut levels = Vec::new();
        let mut offered = self.reference.regions.choices(top);
        for place in way {
            levels.push((offered, Some(place.code)));
            offered = self.reference.regions.choices(Some(place.code));
        }
        let has_more =
            offered.iter().any(|place| self.reference.regions.children(place.code).next().is_some());
        if !offered.is_empty() {
            levels.push((offered, None));
        }
        let error = self.error(field, &at_region);
        let last = levels.len().saturating_sub(1);
        let lists = levels
            .into_iter()
            .enumerate()
            .map(|(n, (offered, chosen))| {
                // An error leads to the list that is next.
                let id = if n == last { at_region.clone() } else { format!("{at_region}-{n}") };
                self.place_list(&at_region, id, offered, chosen, error.clone().filter(|_| n == last))
            })
            .collect_view();
        let next = has_more.then(|| {
            let label = text(self.locale, "case-address-next");
            view! { <p><button class="btn btn-secondary" type="submit" name="_places" value=control.to_owned() formnovalidate=true>{label}</button></p> }
        });
        let detail_label = text(self.locale, "case-address-detail");
        let detail_error = self.error(field, &at_detail);
        let detail = self.typed(&at_detail);
        view! {
            <Group legend=label>
                {lists}
                {next}
                <TextField name=at_detail label=detail_label hint value=detail error=detail_error maxlength=200/>
            </Group>
        }
        .into_any()
    }

    fn place_list(
        &self,
        name: &str,
        id: String,
        offered: Vec<&Region>,
        chosen: Option<RegionCode>,
        error: Option<String>,
    ) -> AnyView {
        let level = match offered.first().map(|place| place.code.level()) {
            Some(Level::Province) => "case-address-province",
            Some(Level::City) => "case-address-city",
            Some(Level::County) => "case-address-county",
            _ => "case-address-township",
        };
        let (label, prompt) = (text(self.locale, level), text(self.locale, "choose"));
        let options = offered
            .into_iter()
            .map(|place| {
                let (code, name) = (place.code.to_string(), place.name.get(self.locale).to_owned());
                view! { <option value=code selected=chosen == Some(place.code)>{name}</option> }
            })
            .collect_view();
        let described = error.is_some().then(|| format!("{id}-error"));
        let name = name.to_owned();
        let invalid = error.is_some().then_some("true");
        view! {
            <Labelled name=id.clone() label error>
                <div class="select-wrap">
                    <select class="input" id=id name=name aria-describedby=described aria-invalid=invalid>
                        <option value="">{prompt}</option>
                        {options}
                    </select>
                </div>
            </Labelled>
        }
        .into_any()
    }

    fn person(&self, field: &Field, control: &str, label: String, hint: Option<String>) -> AnyView {
        let (at_name, at_number) = (format!("{control}.name"), format!("{control}.id_number"));
        let (name_error, number_error) = (self.error(field, &at_name), self.error(field, &at_number));
        let (name, number) = (self.typed(&at_name), self.typed(&at_number));
        let name_label = text(self.locale, "case-person-name");
        let number_label = text(self.locale, "case-person-number");
        view! {
            <Group legend=label>
                <TextField name=at_name label=name_label hint value=name error=name_error maxlength=50/>
                <TextField name=at_number label=number_label value=number error=number_error kind=TextKind::ResidentId maxlength=18/>
            </Group>
        }
        .into_any()
    }

    fn file(
        &self,
        field: &Field,
        control: &str,
        label: String,
        hint: Option<String>,
        error: Option<String>,
    ) -> AnyView {
        let kinds = text(self.locale, "case-file-hint");
        let hint = match hint {
            Some(hint) => format!("{hint} {kinds}"),
            None => kinds,
        };
        let sent: Vec<SentFile> = self
            .files
            .iter()
            .filter(|f| f.field == control)
            .map(|f| SentFile {
                name: f.name.clone(),
                href: format!("/files/{}", f.id),
                size: size_words(f.size),
                remove: f.id.to_string(),
            })
            .collect();
        let multiple = field.max_items.unwrap_or(1) > 1;
        view! { <FileField name=control.to_owned() label hint error multiple sent optional=field.optional/> }
            .into_any()
    }

    fn group(
        &self,
        field: &Field,
        control: &str,
        label: String,
        hint: Option<String>,
        error: Option<String>,
    ) -> AnyView {
        // An optional group begins without rows: an empty row could not be left empty.
        let least = if field.optional { 0 } else { field.min_items.unwrap_or(1).max(1) as usize };
        let most = (field.max_items.unwrap_or(MAX_ROWS as u32) as usize).min(MAX_ROWS);
        let rows = self.typed(control).parse::<usize>().unwrap_or(least).clamp(least, most.max(least));
        let rows_view = (0..rows)
            .map(|row| {
                let inner = field
                    .fields
                    .iter()
                    .map(|inner| self.field(inner, &format!("{control}.{row}.{}", inner.id)))
                    .collect_view();
                let legend = format!("{label} {}", row + 1);
                view! { <Group legend>{inner}</Group> }
            })
            .collect_view();
        let add = (rows < most).then(|| {
            let value = format!("{control}:{}", rows + 1);
            view! { <button class="btn btn-secondary" type="submit" name="_rows" value=value formnovalidate=true>{text(self.locale, "case-add-row")}</button> }
        });
        let remove = (rows > least).then(|| {
            let value = format!("{control}:{}", rows - 1);
            view! { <button class="btn-link" type="submit" name="_rows" value=value formnovalidate=true>{text(self.locale, "case-remove-row")}</button> }
        });
        // The place an error about the number of rows leads to.
        let error = error.map(|e| {
            view! {
                <p class="error" id=control.to_owned() tabindex="-1">
                    <Icon name=IconName::Warning/>
                    <span>{e}</span>
                </p>
            }
        });
        let hint = hint.map(|h| view! { <p class="muted">{h}</p> });
        view! {
            {hint}
            {error}
            <input type="hidden" name=control.to_owned() value=rows.to_string()/>
            {rows_view}
            <p class="row-actions">{add} {remove}</p>
        }
        .into_any()
    }
}

/// The question of a group's row that a control like `kids.0.name` belongs to, with the row.
fn inner_field<'a>(field: &'a Field, control: &str) -> Option<(&'a Field, usize)> {
    let mut parts = control.split('.').skip(1);
    let row = parts.next()?.parse().ok()?;
    let id = parts.next()?.split('-').next()?;
    field.fields.iter().find(|f| f.id == id).map(|f| (f, row))
}

/// The files of a case, to take back.
pub(super) fn file_rows(opened: &Opened, files: &[Listed], locale: Locale) -> Option<AnyView> {
    if files.is_empty() {
        return None;
    }
    let rows = files
        .iter()
        .map(|file| {
            let question = super::pages::supplement::subject(
                opened,
                &domain::cases::About::from_control(&file.field),
                locale,
            );
            let note = format!("{question} · {}", size_words(file.size));
            view! { <ListRow title=file.name.clone() href=format!("/files/{}", file.id) note/> }
        })
        .collect_view();
    let title = text(locale, "case-files");
    Some(view! { <Section title><List>{rows}</List></Section> }.into_any())
}

/// Bytes in words.
pub(super) fn size_words(bytes: i64) -> String {
    if bytes < 1 << 20 {
        format!("{} KB", (bytes + 1023) / 1024)
    } else {
        format!("{}.{} MB", bytes >> 20, ((bytes & 0xF_FFFF) * 10) >> 20)
    }
}

/// A mistake in words: what is wrong and how to mend it.
pub(super) fn wrong_words(
    locale: Locale,
    field: &Field,
    label: &str,
    control: &str,
    wrong: &Wrong,
) -> String {
    let label_value = || label.to_owned().into();
    let number = |key: &str, n: u32| with(locale, key, &[("label", label_value()), ("n", n.into())]);
    let plain = |key: &str| with(locale, key, &[("label", label_value())]);
    let quoted =
        |key: &str, what: String| with(locale, key, &[("label", label_value()), ("what", what.into())]);
    match wrong {
        Wrong::Missing if field.options_from.is_some() && control.ends_with(".described") => {
            plain("error-describe")
        }
        Wrong::Missing => match field.kind {
            FieldType::Choice | FieldType::MultiChoice | FieldType::YesNo => plain("error-choose"),
            FieldType::File => plain("error-file-missing"),
            FieldType::Group => plain("error-rows-missing"),
            FieldType::Address if control.ends_with(".detail") => plain("error-address-detail"),
            FieldType::Address => plain("error-address-region"),
            FieldType::Person if control.ends_with(".id_number") => plain("error-person-number"),
            FieldType::Person => plain("error-person-name"),
            _ => plain("error-missing"),
        },
        Wrong::TooLong(max) => number("error-text-too-long", *max),
        Wrong::TooShort(min) => number("error-too-short", *min),
        Wrong::ForbiddenCharacters => plain("error-forbidden-characters"),
        Wrong::NotAnOption => plain("error-not-an-option"),
        Wrong::NotANumber => plain("error-not-a-number"),
        Wrong::TooManyDecimals(0) => plain("error-whole-number"),
        Wrong::TooManyDecimals(places) => number("error-too-many-decimals", *places),
        Wrong::TooSmall(min) => quoted("error-too-small", measured(locale, field, *min)),
        Wrong::TooLarge(max) => quoted("error-too-large", measured(locale, field, *max)),
        Wrong::NotADate => plain("error-not-a-date"),
        Wrong::TooEarly(day) => quoted("error-too-early", day.to_string()),
        Wrong::TooLate(day) => quoted("error-too-late", day.to_string()),
        Wrong::NotAPhone => plain("error-not-a-phone"),
        Wrong::NotARegion | Wrong::OutsideRegion(_) => plain("error-address-region"),
        Wrong::RegionTooWide => plain("error-address-further"),
        Wrong::ResidentId(ResidentIdError::CheckCharacter) => plain("error-id-check"),
        Wrong::ResidentId(ResidentIdError::BirthDate) => plain("error-id-birth-date"),
        Wrong::ResidentId(_) => plain("error-id-format"),
        Wrong::TooFew(min) => number("error-too-few", *min),
        Wrong::TooMany(max) => number("error-too-many", *max),
        Wrong::Check(place) => field
            .checks
            .get(*place as usize)
            .map_or_else(|| plain("error-missing"), |check| check.say.get(locale).to_owned()),
    }
}

/// A bound of a number with its unit.
fn measured(locale: Locale, field: &Field, bound: Number) -> String {
    match (&field.unit, field.kind) {
        (_, FieldType::Money) => yuan(bound.ten_thousandths() / 100, locale),
        (Some(unit), _) => format!("{bound} {}", unit.get(locale)),
        _ => bound.to_string(),
    }
}

/// What was posted, by control; a control that stands several times has several values.
pub(crate) fn raw(pairs: Vec<(String, String)>) -> domain::cases::Raw {
    let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (control, value) in pairs {
        raw.entry(control).or_default().push(value);
    }
    raw
}
