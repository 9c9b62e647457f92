//! The figures of a place: what came, what was closed and how, what waits; and the same of what lies within it.

use axum::extract::Query;
use backend::figures::{Asked, Figures, ask, home, look};
use backend::organisation::regions::chain;
use domain::figures::{Counts, DOCUMENT_MINUTES, PeriodError};
use domain::organisation::Scope;
use domain::organisation::region::RegionCode;
use domain::text::Locale;
use leptos::prelude::*;

use super::address::{DAYS, Look, offered, period_query, query};
use super::{charts, fail};
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, Bar, Bars, Breadcrumb, ButtonKind, ButtonLink, Card, ChartData, Choice, Column,
    ColumnChart, ColumnKind, EmptyState, ErrorLink, ErrorSummary, Field, IconName, LineChart, List, ListRow,
    PageHead, Section, SelectField, StaffLayout, StatCard, Stats, SubmitButton, Table, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Services that are listed; the file has all of them.
const SERVICES: usize = 40;

/// `GET /staff/figures`
pub(super) async fn show(visit: Visit, Query(typed): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Figures).await?;
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let (period, wrong) = match typed.period() {
        Ok(period) => (period, None),
        Err(wrong) => (None, Some(wrong)),
    };
    let wish = typed.wish(period).map_err(|_| PageError::NotFound)?;
    let asked = ask(backend, actor, wish).await.map_err(|error| fail(&visit, error))?;
    let figures = look(backend, &asked).await?;
    let way = chain(backend, asked.place()).await?;
    let name = way.last().map_or_else(|| asked.place().to_string(), |r| r.name.get(locale).to_owned());
    // Up to where the post reaches, and no further.
    let above: Vec<(String, String)> = way
        .iter()
        .filter(|place| place.code != asked.place() && place.code.is_under(asked.scope().region))
        .map(|place| (address(&asked, place.code), place.name.get(locale).to_owned()))
        .collect();
    let others = other_posts(&visit, &asked)?;
    let title = with(locale, "figures-of", &[("place", name.clone().into())]);
    let about = about(&visit, &asked);
    let form = Form::of(&visit, &asked, &typed, wrong);
    let stats = stats(&figures, locale);
    let charts = Charts::of(&visit, &asked, &figures);
    let places = places(&asked, &figures, locale);
    let (services, left_out) = services(&visit, &asked, &figures);
    let more = (left_out > 0).then(|| with(locale, "figures-services-more", &[("n", left_out.into())]));
    let csv = format!("/staff/figures.csv{}", query(&asked, asked.place()));
    let behind = figures
        .counted_until
        .map(|until| with(locale, "figures-behind-text", &[("until", until.display_minutes().into())]));
    let method = method(&visit, &asked);
    let nothing = figures.total.is_empty() && figures.lights.open() == 0;
    let t = move |key: &str| text(locale, key);
    visit.page(title.clone(), move || {
        let crumbs = (!above.is_empty())
            .then(|| view! { <Breadcrumb links=above here=name.clone() on_phone=true/> });
        let behind = behind.map(|body| {
            view! { <Alert kind=AlertKind::Info title=t("figures-behind")><p>{body}</p></Alert> }
        });
        let empty = nothing.then(|| {
            let (title, text) = (t("figures-none"), t("figures-none-text"));
            view! { <EmptyState title text icon=IconName::Chart tone=Tone::Slate/> }
        });
        let places = (!places.is_empty())
            .then(|| view! { <Section title=t("figures-places")>{table(t("figures-places"), "figures-place", places, true, locale)}</Section> });
        let services = (!services.is_empty()).then(|| {
            view! {
                <Section title=t("figures-services")>
                    {table(t("figures-services"), "figures-service", services, false, locale)}
                    {more.map(|more| view! { <p class="muted small">{more}</p> })}
                </Section>
            }
        });
        view! {
            <StaffLayout frame=desk.frame>
                {crumbs}
                <PageHead title lead=about>
                    <ButtonLink href=csv label=t("figures-csv") kind=ButtonKind::Secondary icon=IconName::Download small=true/>
                </PageHead>
                <div class="stack">
                    {form.view(locale)}
                    {behind}
                    {empty}
                    {stats_view(stats)}
                    {charts.view(locale)}
                    {places}
                    {services}
                    {posts_view(others, locale)}
                    <Section title=t("figures-how")>
                        <Card>
                            <p>{t("figures-how-text")}</p>
                            <p>{method}</p>
                        </Card>
                    </Section>
                </div>
            </StaffLayout>
        }
    })
}

fn address(asked: &Asked, place: RegionCode) -> String {
    format!("/staff/figures{}", query(asked, place))
}

/// Department, service and days, in one line.
fn about(visit: &Visit, asked: &Asked) -> String {
    let locale = visit.locale;
    let department = match asked.department() {
        Some(id) => visit.authority(id).unwrap_or_else(|| id.to_owned()),
        None => text(locale, "figures-all-departments"),
    };
    let service = asked.service().map(|code| service_name(visit, code));
    let period = asked.period();
    let days = with(
        locale,
        "figures-from-to",
        &[("from", period.from().to_string().into()), ("to", period.through().to_string().into())],
    );
    [Some(department), service, Some(days)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn service_name(visit: &Visit, code: &str) -> String {
    let services = visit.backend().catalog.services();
    services.get(code).map_or_else(|| code.to_owned(), |s| s.definition.name.get(visit.locale).to_owned())
}

/// Other posts of the same person: address, and the place and department that each is for.
fn other_posts(visit: &Visit, asked: &Asked) -> Result<Vec<(String, String)>, PageError> {
    let scopes = home(visit.actor()).map_err(|denied| visit.denied(denied))?;
    let regions = &visit.backend().catalog.reference.regions;
    let link = |scope: &Scope| {
        let place = regions.get(scope.region);
        let place = place.map_or_else(|| scope.region.to_string(), |r| r.name.get(visit.locale).to_owned());
        let department = match &scope.department {
            Some(id) => visit.authority(id).unwrap_or_else(|| id.clone()),
            None => text(visit.locale, "figures-all-departments"),
        };
        let of = scope.department.as_ref().map(|id| format!("&department={id}")).unwrap_or_default();
        let href = format!("/staff/figures?place={}{of}&{}", scope.region, period_query(asked.period()));
        (href, format!("{place} · {department}"))
    };
    Ok(scopes.iter().filter(|scope| *scope != asked.scope()).map(link).collect())
}

fn posts_view(posts: Vec<(String, String)>, locale: Locale) -> Option<AnyView> {
    (!posts.is_empty()).then(|| {
        let title = text(locale, "figures-other-posts");
        let rows = posts.into_iter().map(|(href, title)| view! { <ListRow href title/> }).collect_view();
        view! { <Section title><List small=true>{rows}</List></Section> }.into_any()
    })
}

/// What is chosen: department, service, period.
struct Form {
    place: String,
    departments: Vec<Choice>,
    department: String,
    services: Vec<Choice>,
    service: String,
    periods: Vec<Choice>,
    period: String,
    from: String,
    to: String,
    error: Option<String>,
}

impl Form {
    fn of(visit: &Visit, asked: &Asked, typed: &Look, wrong: Option<PeriodError>) -> Form {
        let (backend, locale) = (visit.backend(), visit.locale);
        let departments = match &asked.scope().department {
            // The post is for one department.
            Some(_) => Vec::new(),
            None => {
                let all = backend.catalog.reference.departments.iter();
                all.map(|d| Choice::new(d.id.clone(), d.authority.get(locale).to_owned())).collect()
            }
        };
        let services = match asked.department() {
            Some(department) => {
                let all = backend.catalog.services();
                let of = all.all.iter().filter(|s| s.definition.department == department);
                of.map(|s| Choice::new(s.code().to_owned(), s.definition.name.get(locale).to_owned()))
                    .collect()
            }
            // Three hundred and more are nothing to choose from.
            None => Vec::new(),
        };
        let mut named = offered(backend.now().date_in_china());
        let now = period_query(asked.period());
        let now = now.strip_prefix("period=").unwrap_or_default();
        let period = match wrong {
            Some(_) => typed.period.clone(),
            None if now.starts_with(DAYS) => DAYS.to_owned(),
            None => now.to_owned(),
        };
        if !named.contains(&period) && domain::figures::Period::parse(&period).is_ok() {
            named.push(period.clone());
        }
        let mut periods: Vec<Choice> =
            named.into_iter().map(|value| Choice::new(value.clone(), period_words(&value, locale))).collect();
        periods.push(Choice::new(DAYS, text(locale, "figures-period-days")));
        let (from, to) = match wrong {
            Some(_) => (typed.from.clone(), typed.to.clone()),
            None => (asked.period().from().to_string(), asked.period().through().to_string()),
        };
        let error = wrong.map(|wrong| match wrong {
            PeriodError::Malformed => "figures-wrong-days",
            PeriodError::Backwards => "figures-wrong-order",
            PeriodError::TooLong => "figures-wrong-length",
        });
        Form {
            place: asked.place().to_string(),
            departments,
            department: asked.department().unwrap_or_default().to_owned(),
            services,
            service: asked.service().unwrap_or_default().to_owned(),
            periods,
            period,
            from,
            to,
            error: error.map(|key| text(locale, key)),
        }
    }

    fn view(self, locale: Locale) -> AnyView {
        let t = |key: &str| text(locale, key);
        let errors =
            self.error.iter().map(|text| ErrorLink { field: "from".into(), text: text.clone() }).collect();
        let described = self.error.is_some().then_some("from-error");
        let invalid = self.error.is_some().then_some("true");
        let all = t("figures-all-departments");
        let department = match self.departments.is_empty() {
            // Kept, where there is nothing to choose.
            true => view! { <input type="hidden" name="department" value=self.department/> }.into_any(),
            false => {
                view! { <SelectField name="department" label=t("figures-department") choices=self.departments value=self.department prompt=all/> }
                    .into_any()
            }
        };
        let service = (!self.services.is_empty()).then(|| {
            view! { <SelectField name="service" label=t("figures-service") choices=self.services value=self.service prompt=t("figures-all-services")/> }
        });
        view! {
            <form method="get" action="/staff/figures" class="card" novalidate=true>
                <ErrorSummary title=t("error-summary") errors/>
                <input type="hidden" name="place" value=self.place/>
                <div class="figures-form">
                    {department}
                    {service}
                    <SelectField name="period" label=t("figures-period") choices=self.periods value=self.period/>
                    <Field name="from" label=t("figures-from") error=self.error>
                        <input class="input" type="date" id="from" name="from" value=self.from aria-describedby=described aria-invalid=invalid/>
                    </Field>
                    <Field name="to" label=t("figures-to")>
                        <input class="input" type="date" id="to" name="to" value=self.to/>
                    </Field>
                    <SubmitButton label=t("figures-show") kind=ButtonKind::Secondary/>
                </div>
            </form>
        }
        .into_any()
    }
}

/// `2026-11`, `2026-Q4` or `2026` in words.
fn period_words(period: &str, locale: Locale) -> String {
    let (year, rest) = period.split_once('-').unwrap_or((period, ""));
    let value = |text: &str| text.to_owned().into();
    match rest.strip_prefix('Q') {
        Some(quarter) => {
            with(locale, "figures-period-quarter", &[("year", value(year)), ("n", value(quarter))])
        }
        None if rest.is_empty() => with(locale, "figures-period-year", &[("year", value(year))]),
        None => with(locale, "figures-period-month", &[("year", value(year)), ("n", value(rest))]),
    }
}

/// One figure with its words.
struct Stat {
    label: String,
    value: String,
    unit: String,
    note: String,
}

fn stats(figures: &Figures, locale: Locale) -> Vec<Stat> {
    let t = |key: &str| text(locale, key);
    let total = &figures.total;
    let stat = |key: &str, value: String, unit: &str, note: String| Stat {
        label: t(key),
        value,
        unit: if unit.is_empty() { String::new() } else { t(unit) },
        note,
    };
    let share = |share: domain::figures::Share| {
        let (part, whole) = (share.part.into(), share.whole.into());
        with(locale, "figures-part-of", &[("part", part), ("whole", whole)])
    };
    let given_up = total.withdrawn + total.lapsed;
    let closed = with(
        locale,
        "figures-closed-note",
        &[("decided", total.decided().into()), ("rest", given_up.into())],
    );
    let reviews: i64 = figures.grades.iter().map(|of| of.given).sum();
    vec![
        stat("figures-received", total.received.to_string(), "figures-unit-cases", String::new()),
        stat("figures-closed", total.closed().to_string(), "figures-unit-cases", closed),
        stat("figures-on-time", charts::percent(total.on_time_share()), "", share(total.on_time_share())),
        stat(
            "figures-p50",
            charts::days(total.days.percentile(50), locale),
            "figures-unit-days",
            t("figures-p50-note"),
        ),
        stat(
            "figures-p90",
            charts::days(total.days.percentile(90), locale),
            "figures-unit-days",
            t("figures-p90-note"),
        ),
        stat("figures-late", figures.lights.red.to_string(), "figures-unit-cases", t("figures-late-note")),
        stat("figures-filled", charts::percent(total.filled_share()), "", share(total.filled_share())),
        stat("figures-no-visit", charts::percent(total.no_visit_share()), "", share(total.no_visit_share())),
        stat(
            "figures-hours",
            total.hours_saved().to_string(),
            "figures-unit-hours",
            with(locale, "figures-hours-note", &[("n", total.documents.into())]),
        ),
        stat(
            "figures-satisfied",
            charts::percent(charts::satisfied(figures)),
            "",
            with(locale, "figures-reviews-note", &[("n", reviews.into())]),
        ),
    ]
}

fn stats_view(stats: Vec<Stat>) -> AnyView {
    let cards = stats
        .into_iter()
        .map(|Stat { label, value, unit, note }| view! { <StatCard label value unit note/> })
        .collect_view();
    view! { <Stats>{cards}</Stats> }.into_any()
}

/// The pictures, and what each of them says in a sentence.
struct Charts {
    over_time: (ChartData, String),
    days: (ChartData, String),
    lights: Vec<Bar>,
    reasons: Vec<Bar>,
    grades: Vec<Bar>,
}

impl Charts {
    fn of(visit: &Visit, asked: &Asked, figures: &Figures) -> Charts {
        let locale = visit.locale;
        let total = &figures.total;
        let over_time = with(
            locale,
            "figures-over-time-text",
            &[("received", total.received.into()), ("closed", total.closed().into())],
        );
        let days = with(
            locale,
            "figures-days-text",
            &[
                ("n", total.decided().into()),
                ("p50", charts::days(total.days.percentile(50), locale).into()),
                ("p90", charts::days(total.days.percentile(90), locale).into()),
            ],
        );
        Charts {
            over_time: (charts::over_time(figures, locale), over_time),
            days: (charts::histogram(figures, locale), days),
            lights: charts::lights(figures, locale),
            reasons: charts::reasons(visit, figures, asked.service().is_some()),
            grades: charts::grades(figures, locale),
        }
    }

    fn view(self, locale: Locale) -> AnyView {
        let t = move |key: &str| text(locale, key);
        let heads = move |what: &str, count: &str| [t(what), t("figures-share"), t(count)];
        let reasons = match self.reasons.is_empty() {
            true => view! { <p class="muted">{t("figures-reasons-none")}</p> }.into_any(),
            false => {
                let heads = heads("figures-reason", "figures-cases");
                view! { <Bars caption=t("figures-reasons") heads bars=self.reasons/> }.into_any()
            }
        };
        let (over_time, over_time_text) = self.over_time;
        let (days, days_text) = self.days;
        view! {
            <div class="figures-charts">
                <Card title=t("figures-over-time")>
                    <LineChart id="over-time" title=t("figures-over-time") description=over_time_text data=over_time/>
                </Card>
                <Card title=t("figures-days")>
                    <ColumnChart id="days" title=t("figures-days") description=days_text data=days/>
                </Card>
                <Card title=t("figures-lights")>
                    <Bars caption=t("figures-lights") heads=heads("figures-light", "figures-cases") bars=self.lights/>
                </Card>
                <Card title=t("figures-reasons")>{reasons}</Card>
                <Card title=t("figures-grades")>
                    <Bars caption=t("figures-grades") heads=heads("reviews-grade", "reviews-count") bars=self.grades/>
                </Card>
            </div>
        }
        .into_any()
    }
}

/// A row of a table: where it leads, its name, its counters, and late cases where they are told.
struct Row {
    href: Option<String>,
    name: String,
    counts: Counts,
    late: Option<i64>,
}

fn places(asked: &Asked, figures: &Figures, locale: Locale) -> Vec<Row> {
    let mut rows: Vec<Row> = figures
        .below
        .iter()
        .map(|below| Row {
            href: Some(address(asked, below.code)),
            name: below
                .region
                .as_ref()
                .map_or_else(|| below.code.to_string(), |region| region.name.get(locale).to_owned()),
            counts: below.counts,
            late: Some(below.late),
        })
        .collect();
    let late = (figures.lights.red - figures.below.iter().map(|below| below.late).sum::<i64>()).max(0);
    // Late cases of before the period are still its own: without them the rows would not add up.
    if !rows.is_empty() && (!figures.own.is_empty() || late > 0) {
        let name = text(locale, "figures-own");
        rows.insert(0, Row { href: None, name, counts: figures.own, late: Some(late) });
    }
    rows
}

/// The busiest services, and how many are left out.
fn services(visit: &Visit, asked: &Asked, figures: &Figures) -> (Vec<Row>, i64) {
    let row = |(code, counts): &(String, Counts)| Row {
        href: Some(format!(
            "/staff/figures?place={}&service={code}&{}",
            asked.place(),
            period_query(asked.period())
        )),
        name: service_name(visit, code),
        counts: *counts,
        late: None,
    };
    let rows = figures.services.iter().take(SERVICES).map(row).collect();
    (rows, figures.services.len().saturating_sub(SERVICES) as i64)
}

fn table(caption: String, lead: &str, rows: Vec<Row>, with_late: bool, locale: Locale) -> AnyView {
    let mut columns = vec![Column::new(text(locale, lead), ColumnKind::Lead)];
    let mut keys = vec![
        "figures-received",
        "figures-closed",
        "figures-on-time",
        "figures-p50",
        "figures-p90",
        "figures-no-visit",
        "figures-hours",
    ];
    if with_late {
        keys.push("figures-late");
    }
    columns.extend(keys.into_iter().map(|key| Column::new(text(locale, key), ColumnKind::Number)));
    let number = |text: String| view! { <span class="num">{text}</span> }.into_any();
    let rows = rows
        .into_iter()
        .map(|row| {
            let c = row.counts;
            let mut cells = vec![
                match row.href {
                    Some(href) => view! { <a href=href>{row.name}</a> }.into_any(),
                    None => row.name.into_any(),
                },
                number(c.received.to_string()),
                number(c.closed().to_string()),
                number(charts::percent(c.on_time_share())),
                number(charts::days(c.days.percentile(50), locale)),
                number(charts::days(c.days.percentile(90), locale)),
                number(charts::percent(c.no_visit_share())),
                number(with(locale, "figures-hours-cell", &[("n", c.hours_saved().into())])),
            ];
            cells.extend(row.late.filter(|_| with_late).map(|late| number(late.to_string())));
            cells
        })
        .collect();
    view! { <Table caption columns rows/> }.into_any()
}

/// How hours saved are counted, as a formula in words.
fn method(visit: &Visit, asked: &Asked) -> String {
    let services = visit.backend().catalog.services();
    let service = asked.service().and_then(|code| services.get(code));
    let minutes = service.and_then(|service| service.definition.document_minutes);
    let minutes = i64::from(minutes.unwrap_or(DOCUMENT_MINUTES));
    let key = if asked.service().is_some() { "figures-method-of-one" } else { "figures-method" };
    with(visit.locale, key, &[("minutes", minutes.into())])
}
