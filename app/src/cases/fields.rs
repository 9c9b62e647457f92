//! Questions of a definition as fields of a page.

use std::collections::BTreeMap;

use backend::cases::Opened;
use backend::cases::files::Listed;
use domain::cases::form::{MAX_ROWS, Wrong};
use domain::cases::{FieldError, Form};
use domain::catalog::field::{Field, FieldType};
use domain::identity::resident_id::ResidentIdError;
use domain::organisation::region::{Level, RegionCode};
use domain::rules::Value;
use domain::text::Locale;
use leptos::prelude::*;

use crate::ui::{
    CheckboxCards, Choice, DateField, ErrorLink, FileField, Group, MoneyField, RadioCards, SelectField,
    SentFile, TextArea, TextField, TextKind,
};
use crate::words::{text, with};

/// Up to so many options stand as large cards; more become a list.
const CARDS: usize = 6;

/// A page of questions as it is shown.
pub(super) struct Sheet<'a> {
    pub opened: &'a Opened,
    pub form: &'a Form,
    pub files: &'a [Listed],
    pub regions: &'a domain::organisation::region::RegionTable,
    pub registers: &'a domain::registers::Registers,
    pub locale: Locale,
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
        wrong_words(self.locale, inner.map_or(field, |(f, _)| f), &label, &error.control, &error.wrong)
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
        let hint = field.hint.as_ref().map(|h| h.get(self.locale).to_owned());
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
                <TextField name label hint error optional value=self.typed(control) kind=TextKind::Phone maxlength=20/>
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
                    <RadioCards name legend=label hint error optional choices value=self.typed(control) pairs=true/>
                }
                .into_any()
            }
            FieldType::Choice => self.choice(field, control, label, hint, error),
            FieldType::MultiChoice => {
                let values = self.opened.raw.get(control).cloned().unwrap_or_default();
                view! { <CheckboxCards name legend=label hint error optional choices=self.choices(field) values/> }
                    .into_any()
            }
            FieldType::Address => self.address(field, control, label, hint),
            FieldType::Person => self.person(field, control, label, hint),
            FieldType::File => self.file(field, control, label, hint, error),
            FieldType::Group => self.group(field, control, label, hint, error),
        }
    }

    fn choices(&self, field: &Field) -> Vec<Choice> {
        let Some(source) = &field.options_from else {
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
        let (fact, key) = source.split_once(':').unwrap_or((source, ""));
        let label = self.registers.fact(fact).and_then(|(_, spec)| spec.label.clone()).unwrap_or_default();
        match self.opened.facts.for_form(fact) {
            Ok(Value::Records(rows)) => rows
                .iter()
                .filter_map(|row| {
                    let id = row.get(key)?.as_text()?;
                    let name = row.get(&label).and_then(Value::as_text).unwrap_or(id);
                    let choice = Choice::new(id, name);
                    Some(if name == id { choice } else { choice.hint(id) })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn choice(
        &self,
        field: &Field,
        control: &str,
        label: String,
        hint: Option<String>,
        error: Option<String>,
    ) -> AnyView {
        let (name, value, optional) = (control.to_owned(), self.typed(control), field.optional);
        let choices = self.choices(field);
        if choices.is_empty() {
            let nothing = text(self.locale, "case-no-options");
            return view! { <p class="field"><b>{label}</b><br/><span class="muted">{nothing}</span></p> }
                .into_any();
        }
        if choices.len() <= CARDS {
            view! { <RadioCards name legend=label hint error optional choices value/> }.into_any()
        } else {
            let prompt = text(self.locale, "choose");
            view! { <SelectField name label hint error optional choices value prompt/> }.into_any()
        }
    }

    fn address(&self, field: &Field, control: &str, label: String, hint: Option<String>) -> AnyView {
        let (at_region, at_detail) = (format!("{control}.region"), format!("{control}.detail"));
        let choices = self.places(field.within.as_deref());
        let region = self.typed(&at_region);
        let region_label = text(self.locale, "case-address-region");
        let detail_label = text(self.locale, "case-address-detail");
        let prompt = text(self.locale, "choose");
        let (region_error, detail_error) = (self.error(field, &at_region), self.error(field, &at_detail));
        let detail = self.typed(&at_detail);
        view! {
            <Group legend=label>
                <SelectField name=at_region label=region_label choices value=region prompt error=region_error/>
                <TextField name=at_detail label=detail_label hint value=detail error=detail_error maxlength=200/>
            </Group>
        }
        .into_any()
    }

    /// Places to choose from: townships within a city or county; else the counties of a province.
    fn places(&self, within: Option<&str>) -> Vec<Choice> {
        let named = |code: RegionCode| self.regions.full_name(code, self.locale);
        let top = within.and_then(|code| RegionCode::parse(code).ok());
        match top {
            Some(top) => {
                let wanted = if top.level() <= Level::Province { Level::County } else { Level::Township };
                self.regions
                    .under(top)
                    .iter()
                    .filter(|r| r.code.level() == wanted)
                    .filter_map(|r| Some(Choice::new(r.code.to_string(), named(r.code)?)))
                    .collect()
            }
            None => self
                .regions
                .provinces()
                .flat_map(|province| self.regions.under(province.code))
                .filter(|r| r.code.level() == Level::City)
                .filter_map(|r| Some(Choice::new(r.code.to_string(), named(r.code)?)))
                .collect(),
        }
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
            .map(|f| SentFile { name: f.name.clone(), size: size_words(f.size), remove: f.id.to_string() })
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
        let error = error.map(|e| view! { <p class="field-error" id=control.to_owned()>{e}</p> });
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
        Wrong::NotAnOption => plain("error-choose"),
        Wrong::NotANumber => plain("error-not-a-number"),
        Wrong::TooManyDecimals(0) => plain("error-whole-number"),
        Wrong::TooManyDecimals(places) => number("error-too-many-decimals", *places),
        Wrong::TooSmall(min) => quoted("error-too-small", min.to_string()),
        Wrong::TooLarge(max) => quoted("error-too-large", max.to_string()),
        Wrong::NotADate => plain("error-not-a-date"),
        Wrong::TooEarly(day) => quoted("error-too-early", day.to_string()),
        Wrong::TooLate(day) => quoted("error-too-late", day.to_string()),
        Wrong::NotAPhone => plain("error-not-a-phone"),
        Wrong::NotARegion | Wrong::OutsideRegion(_) => plain("error-address-region"),
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

/// What was posted, by control; a control that stands several times has several values.
pub(super) fn raw(pairs: Vec<(String, String)>) -> domain::cases::Raw {
    let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (control, value) in pairs {
        raw.entry(control).or_default().push(value);
    }
    raw
}
