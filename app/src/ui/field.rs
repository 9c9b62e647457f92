//! Fields of forms, after the patterns of the GOV.UK Design System: label, hint, error, control, tied by id.
//!
//! The id of a field's (first) control is its name, so an [`super::ErrorLink`] to the name leads to it.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText};
use crate::words::t;

/// The ids of hint and error that describe a control.
fn described_by(name: &str, hint: &MaybeText, error: &MaybeText) -> Option<String> {
    let hint = hint.is_some().then(|| format!("{name}-hint"));
    let error = error.is_some().then(|| format!("{name}-error"));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}

fn invalid(error: &MaybeText) -> Option<&'static str> {
    error.is_some().then_some("true")
}

fn field_class(error: &MaybeText) -> &'static str {
    if error.is_some() { "field has-error" } else { "field" }
}

fn hint_view(name: &str, hint: MaybeText) -> impl IntoView + use<> {
    let id = format!("{name}-hint");
    hint.0.map(|hint| view! { <p class="hint" id=id>{hint}</p> })
}

fn error_view(name: &str, error: MaybeText) -> impl IntoView + use<> {
    let id = format!("{name}-error");
    error.0.map(|error| {
        view! {
            <p class="error" id=id>
                <Icon name=IconName::Warning/>
                <span>
                    <span class="visually-hidden">{t!("ui-error")}</span>
                    {error}
                </span>
            </p>
        }
    })
}

fn optional_mark(optional: bool) -> impl IntoView {
    optional.then(|| view! { <span class="optional">{t!("ui-optional")}</span> })
}

/// Label, hint and error around one control. Use it where none of the fields below fits; the control must have the id
/// `name` and name its hint and error itself.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    children: Children,
) -> AnyView {
    let class = field_class(&error);
    let hint = hint_view(&name, hint);
    let error = error_view(&name, error);
    view! {
        <div class=class>
            <label class="label" for=name>
                {label}
                {optional_mark(optional)}
            </label>
            {hint}
            {error}
            {children()}
        </div>
    }
    .into_any()
}

/// Legend, hint and error around several controls.
#[component]
pub fn FieldGroup(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    children: Children,
) -> AnyView {
    let class = field_class(&error);
    let described = described_by(&name, &hint, &error);
    let hint = hint_view(&name, hint);
    let error = error_view(&name, error);
    view! {
        <fieldset class=class aria-describedby=described>
            <legend class="label">{legend}{optional_mark(optional)}</legend>
            {hint}
            {error}
            {children()}
        </fieldset>
    }
    .into_any()
}

/// What a [`TextField`] asks for; decides keyboard, autofill and spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    #[default]
    Text,
    Name,
    Phone,
    Email,
    Address,
    /// Digits only.
    Number,
    /// Digits with a point.
    Decimal,
    /// Resident ID number: digits, perhaps an X at the end.
    ResidentId,
    /// Unified social credit code and other codes in capitals.
    Code,
    /// A date picked from the device's calendar, `YYYY-MM-DD`.
    Date,
}

struct InputAttributes {
    kind: &'static str,
    inputmode: Option<&'static str>,
    autocomplete: &'static str,
    autocapitalize: Option<&'static str>,
    numeric: bool,
}

impl TextKind {
    fn attributes(self) -> InputAttributes {
        let of = |kind, inputmode, autocomplete, autocapitalize, numeric| InputAttributes {
            kind,
            inputmode,
            autocomplete,
            autocapitalize,
            numeric,
        };
        match self {
            TextKind::Text => of("text", None, "off", None, false),
            TextKind::Name => of("text", None, "name", None, false),
            TextKind::Phone => of("tel", Some("tel"), "tel", None, true),
            TextKind::Email => of("email", Some("email"), "email", None, false),
            TextKind::Address => of("text", None, "street-address", None, false),
            TextKind::Number => of("text", Some("numeric"), "off", None, true),
            TextKind::Decimal => of("text", Some("decimal"), "off", None, true),
            TextKind::ResidentId | TextKind::Code => of("text", None, "off", Some("characters"), true),
            TextKind::Date => of("date", None, "off", None, true),
        }
    }
}

/// How long an answer is expected to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    Two,
    Four,
    Eight,
    Twelve,
    Twenty,
}

impl Width {
    fn class(self) -> &'static str {
        match self {
            Width::Full => "",
            Width::Two => " w-2",
            Width::Four => " w-4",
            Width::Eight => " w-8",
            Width::Twelve => " w-12",
            Width::Twenty => " w-20",
        }
    }
}

/// One line of text. `prefix` and `suffix` are units drawn beside it.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    #[prop(optional)] kind: TextKind,
    #[prop(optional)] width: Width,
    /// In characters; the server checks it too.
    #[prop(default = 200)]
    maxlength: u32,
    /// Overrides the autofill token of `kind`.
    #[prop(optional, into)]
    autocomplete: MaybeText,
    #[prop(optional, into)] prefix: MaybeText,
    #[prop(optional, into)] suffix: MaybeText,
    /// A button beside the input, such as "send the code".
    #[prop(optional_no_strip, into)]
    action: Option<AnyView>,
) -> impl IntoView {
    let attributes = kind.attributes();
    let class = format!("input{}{}", width.class(), if attributes.numeric { " input-num" } else { "" });
    let input = view! {
        <input
            class=class
            id=name.clone()
            name=name.clone()
            type=attributes.kind
            value=value
            inputmode=attributes.inputmode
            autocomplete=autocomplete.0.unwrap_or_else(|| attributes.autocomplete.to_owned())
            autocapitalize=attributes.autocapitalize
            spellcheck=attributes.numeric.then_some("false")
            maxlength=maxlength.to_string()
            aria-describedby=described_by(&name, &hint, &error)
            aria-invalid=invalid(&error)
        />
    };
    let control = match (prefix.0, suffix.0, action) {
        (Some(mark), _, _) => view! {
            <div class="affix">
                <span class="affix-mark">{mark}</span>
                {input}
            </div>
        }
        .into_any(),
        (None, Some(mark), _) => view! {
            <div class="affix affix-end">
                {input} <span class="affix-mark">{mark}</span>
            </div>
        }
        .into_any(),
        (None, None, Some(action)) => view! { <div class="with-btn">{input} {action}</div> }.into_any(),
        (None, None, None) => input.into_any(),
    };
    view! {
        <Field name=name label=label hint=hint error=error optional=optional>
            {control}
        </Field>
    }
}

/// An amount of money in yuan, typed as people write it.
#[component]
pub fn MoneyField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    view! { <TextField name label value hint error optional kind=TextKind::Decimal maxlength=16 prefix="¥"/> }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    #[prop(default = 5)] rows: u32,
    #[prop(default = 2000)] maxlength: u32,
) -> impl IntoView {
    let described = described_by(&name, &hint, &error);
    let invalid = invalid(&error);
    // A parser drops one line break right after the tag; one more keeps an answer that begins with one.
    let value = format!("\n{value}");
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <textarea
                class="input"
                id=name.clone()
                name=name
                rows=rows.to_string()
                maxlength=maxlength.to_string()
                aria-describedby=described
                aria-invalid=invalid
            >
                {value}
            </textarea>
        </Field>
    }
}

/// The code sent by SMS: phones offer it from the message.
#[component]
pub fn CodeField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(default = 6)] digits: u32,
    #[prop(optional_no_strip, into)] action: Option<AnyView>,
) -> impl IntoView {
    let described = described_by(&name, &hint, &error);
    let invalid = invalid(&error);
    view! {
        <Field name=name.clone() label=label hint=hint error=error>
            <div class="with-btn">
                <input
                    class="input input-code"
                    id=name.clone()
                    name=name
                    type="text"
                    value=value
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength=digits.to_string()
                    aria-describedby=described
                    aria-invalid=invalid
                />
                {action}
            </div>
        </Field>
    }
}

/// A password; never filled in by the server. `fresh` for choosing a new one.
#[component]
pub fn PasswordField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] fresh: bool,
) -> impl IntoView {
    let described = described_by(&name, &hint, &error);
    let invalid = invalid(&error);
    view! {
        <Field name=name.clone() label=label hint=hint error=error>
            <input
                class="input"
                id=name.clone()
                name=name
                type="password"
                autocomplete=if fresh { "new-password" } else { "current-password" }
                maxlength="128"
                aria-describedby=described
                aria-invalid=invalid
            />
        </Field>
    }
}

/// A date people know by heart, as three numbers named `{name}-year`, `{name}-month`, `{name}-day`.
/// For a date to be looked up use [`TextField`] with [`TextKind::Date`].
#[component]
pub fn DateField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] year: String,
    #[prop(optional, into)] month: String,
    #[prop(optional, into)] day: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    /// Autofill for the person's own birth date.
    #[prop(optional)]
    birthday: bool,
) -> impl IntoView {
    let invalid = invalid(&error);
    let part =
        |suffix: &'static str, label: String, value: String, digits: &'static str, fill: &'static str| {
            // The first part carries the id an error summary links to.
            let id = if suffix == "year" { name.clone() } else { format!("{name}-{suffix}") };
            view! {
                <div class="date-part">
                    <label for=id.clone()>{label}</label>
                    <input
                        class="input input-num"
                        id=id
                        name=format!("{name}-{suffix}")
                        type="text"
                        value=value
                        inputmode="numeric"
                        maxlength=digits
                        autocomplete=if birthday { fill } else { "off" }
                        aria-invalid=invalid
                    />
                </div>
            }
        };
    let parts = (
        part("year", t!("ui-year"), year, "4", "bday-year"),
        part("month", t!("ui-month"), month, "2", "bday-month"),
        part("day", t!("ui-day"), day, "2", "bday-day"),
    );
    view! {
        <FieldGroup name=name.clone() legend=label hint=hint error=error optional=optional>
            <div class="date-parts">{parts}</div>
        </FieldGroup>
    }
}

/// One of the things to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), ..Choice::default() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One of many, as the device's own list. For up to six choices [`RadioCards`] are easier.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: String,
    /// First, empty choice, such as "请选择".
    #[prop(optional, into)]
    prompt: MaybeText,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let described = described_by(&name, &hint, &error);
    let invalid = invalid(&error);
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! {
                <option value=choice.value selected=selected disabled=choice.disabled>
                    {choice.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="select-wrap">
                <select class="input" id=name.clone() name=name aria-describedby=described aria-invalid=invalid>
                    {prompt.0.map(|prompt| view! { <option value="">{prompt}</option> })}
                    {options}
                </select>
            </div>
        </Field>
    }
}

fn choice_cards(
    kind: &'static str,
    name: String,
    choices: Vec<Choice>,
    checked: impl Fn(&str) -> bool,
    invalid: Option<&'static str>,
) -> AnyView {
    choices
        .into_iter()
        .enumerate()
        .map(|(n, choice)| {
            // The first carries the id an error summary links to.
            let id = if n == 0 { name.clone() } else { format!("{name}-{n}") };
            let checked = checked(&choice.value);
            let hint_id = choice.hint.as_ref().map(|_| format!("{name}-{n}-hint"));
            view! {
                <label class="choice">
                    <input
                        class="choice-input"
                        type=kind
                        id=id
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        disabled=choice.disabled
                        aria-invalid=if kind == "checkbox" { invalid } else { None }
                        aria-describedby=hint_id.clone()
                    />
                    <span class="choice-text">
                        <span>{choice.label}</span>
                        {choice.hint.map(|hint| view! { <span class="choice-hint" id=hint_id>{hint}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

/// One of a few, each as a large target.
#[component]
pub fn RadioCards(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    /// Two in a row where there is room; for short labels.
    #[prop(optional)]
    pairs: bool,
) -> impl IntoView {
    let invalid = invalid(&error);
    let cards = choice_cards("radio", name.clone(), choices, |v| !value.is_empty() && v == value, invalid);
    view! {
        <FieldGroup name=name legend=legend hint=hint error=error optional=optional>
            <div class=if pairs { "choices choices-2" } else { "choices" }>{cards}</div>
        </FieldGroup>
    }
}

/// Any of a few. `values` are the ones chosen.
#[component]
pub fn CheckboxCards(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional)] values: Vec<String>,
    #[prop(optional, into)] hint: MaybeText,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
    #[prop(optional)] pairs: bool,
) -> impl IntoView {
    let invalid = invalid(&error);
    let cards = choice_cards("checkbox", name.clone(), choices, |v| values.iter().any(|c| c == v), invalid);
    view! {
        <FieldGroup name=name legend=legend hint=hint error=error optional=optional>
            <div class=if pairs { "choices choices-2" } else { "choices" }>{cards}</div>
        </FieldGroup>
    }
}

/// A file that was already sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentFile {
    pub name: String,
    /// Where it can be taken back.
    pub href: String,
    /// In words: "2.1 MB".
    pub size: String,
    /// Value of the submit button `remove` that takes it away.
    pub remove: String,
}

/// Files. Name kinds and size in `hint`; the form must be `multipart/form-data`.
#[component]
pub fn FileField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    #[prop(default = "image/jpeg,image/png,image/webp,application/pdf")] accept: &'static str,
    #[prop(optional)] multiple: bool,
    #[prop(optional)] sent: Vec<SentFile>,
    #[prop(optional, into)] error: MaybeText,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let hint = MaybeText(Some(hint));
    let described = described_by(&name, &hint, &error);
    let invalid = invalid(&error);
    let sent = (!sent.is_empty()).then(|| {
        let items = sent
            .into_iter()
            .map(|file| {
                view! {
                    <li class="file-item">
                        <Icon name=IconName::FileCheck/>
                        <span class="file-name"><a href=file.href>{file.name.clone()}</a>" "<span class="faint">{file.size}</span></span>
                        <button type="submit" class="btn-link" name="remove" value=file.remove formnovalidate=true>
                            {t!("ui-remove")}
                            <span class="visually-hidden">" "{file.name}</span>
                        </button>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="file-list">{items}</ul> }
    });
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="file">
                {sent}
                <input
                    class="file-input"
                    type="file"
                    id=name.clone()
                    name=name
                    accept=accept
                    multiple=multiple
                    aria-describedby=described
                    aria-invalid=invalid
                />
            </div>
        </Field>
    }
}

/// Several fields that belong together, such as one person of a repeated group.
#[component]
pub fn Group(#[prop(into)] legend: String, children: Children) -> impl IntoView {
    view! {
        <fieldset class="group">
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
}
