//! Frames of pages. Each gives the whole content of `<body>`.

use domain::text::Locale;
use leptos::prelude::*;

use super::{HOTLINE, Icon, IconName, IconSize, MaybeText, SearchForm};
use crate::state::Imprint;
use crate::words::t;

/// What the frame of a citizen's page knows about the visit.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub locale: Locale,
    pub elder: bool,
    pub dark: bool,
    /// Path and query of the page; where preference buttons come back to.
    pub here: String,
    /// Name of the portal.
    pub site: String,
    /// Name of the place whose services are shown, such as 杭州市; without one no place is offered.
    pub region: Option<String>,
    /// Display name of who is signed in.
    pub person: Option<String>,
    pub unread: u32,
    /// Who runs the portal.
    pub imprint: Imprint,
}

impl Frame {
    /// The frame of `visit`, with who is signed in.
    pub fn of(visit: &crate::visit::Visit) -> Self {
        let person = visit.viewer.as_ref().and_then(|viewer| viewer.person());
        Frame {
            person: person.map(|_| visit.acting_as()),
            unread: person.map_or(0, |p| u32::try_from(p.unread).unwrap_or(0)),
            locale: visit.locale,
            elder: visit.preferences.mode == crate::preferences::Mode::Elder,
            dark: visit.preferences.theme == crate::preferences::Theme::Dark,
            here: visit.here.0.to_string(),
            region: visit
                .preferences
                .region(&visit.backend().catalog.reference)
                .map(|place| place.name.get(visit.locale).to_owned()),
            site: visit.state.site.name.get(visit.locale).to_owned(),
            imprint: visit.state.site.imprint.clone(),
        }
    }
}

/// The four places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    Services,
    Messages,
    Me,
}

/// The one link a keyboard meets first.
#[component]
pub fn SkipLink() -> AnyView {
    view! {
        <a class="skip-link" href="#main">
            {t!("ui-skip")}
        </a>
    }
    .into_any()
}

fn navigation(frame: &Frame, place: Option<Place>, tabs: bool) -> AnyView {
    let unread = (frame.unread > 0).then(|| {
        let shown = if frame.unread > 99 { "99+".to_owned() } else { frame.unread.to_string() };
        let said = t!("ui-unread-count", n = shown.clone());
        view! { <span class="count"><span aria-hidden="true">{shown}</span><span class="visually-hidden">{said}</span></span> }
    });
    let item = |at: Place, href: &'static str, icon: IconName, label: String| {
        let unread = (at == Place::Messages).then(|| unread.clone());
        view! {
            <li>
                <a href=href aria-current=(place == Some(at)).then_some("page")>
                    <Icon name=icon/>
                    {label}
                    {unread}
                </a>
            </li>
        }
    };
    view! {
        <nav class=if tabs { "mainnav" } else { "mainnav mainnav-desk" } aria-label=t!("ui-main-nav")>
            <ul>
                {item(Place::Home, "/", IconName::Home, t!("ui-home"))}
                {item(Place::Services, "/services", IconName::Grid, t!("ui-services"))}
                {item(Place::Messages, "/messages", IconName::Bell, t!("ui-messages"))}
                {item(Place::Me, "/me", IconName::User, t!("ui-me"))}
            </ul>
        </nav>
    }
    .into_any()
}

fn brand(site: &str) -> AnyView {
    view! {
        <a class="brand" href="/">
            <Icon name=IconName::Brand/>
            {site.to_owned()}
        </a>
    }
    .into_any()
}

/// The language that is not shown: its tag, and its name in itself.
fn other_language(locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::Zh => ("en", "English"),
        Locale::En => ("zh-CN", "中文"),
    }
}

/// The mode that is not shown, and its name.
fn other_mode(frame: &Frame) -> (&'static str, String) {
    if frame.elder { ("standard", t!("ui-standard")) } else { ("elder", t!("ui-elder")) }
}

/// Language and mode as buttons, and the way to oneself; on a phone only the home page shows the mode.
fn tools(frame: &Frame, mode_on_phone: bool) -> AnyView {
    let (tag, other) = other_language(frame.locale);
    let (mode, label) = other_mode(frame);
    let says = if frame.elder { t!("ui-to-standard") } else { t!("ui-to-elder") };
    let person = match &frame.person {
        Some(name) => ("/me", name.clone()),
        None => ("/sign-in", t!("ui-sign-in")),
    };
    let chip = if mode_on_phone { "chip-head" } else { "chip-head hide-phone" };
    view! {
        <form class="masthead-tools" method="post" action="/preferences">
            <input type="hidden" name="next" value=frame.here.clone()/>
            <button type="submit" class="chip-head hide-phone" name="locale" value=tag lang=tag>
                {other}
            </button>
            <button type="submit" class=chip name="mode" value=mode title=says>
                <Icon name=IconName::TextSize size=IconSize::Small/>
                {label}
            </button>
            <a class="chip-head hide-phone" href=person.0>
                <Icon name=IconName::User size=IconSize::Small/>
                {person.1}
            </a>
        </form>
    }
    .into_any()
}

/// Language and looks for who has no account yet, the hotline, and the links every page owes.
///
/// What the bar of a desk offers shows on a phone only; `mode` leaves out 长辈版 where the phone's bar has it too.
#[component]
pub fn Foot(frame: Frame, #[prop(default = true)] mode: bool) -> AnyView {
    let (tag, other) = other_language(frame.locale);
    let (to_mode, mode_label) = other_mode(&frame);
    let (theme, theme_label) = if frame.dark { ("light", t!("ui-light")) } else { ("dark", t!("ui-dark")) };
    view! {
        <footer class="foot">
            <div class="wrap foot-in">
                <form class="foot-looks" method="post" action="/preferences">
                    <input type="hidden" name="next" value=frame.here/>
                    <button type="submit" class="foot-look hide-desk" name="locale" value=tag lang=tag>
                        {other}
                    </button>
                    {mode
                        .then(|| {
                            view! {
                                <button type="submit" class="foot-look hide-desk" name="mode" value=to_mode>
                                    {mode_label}
                                </button>
                            }
                        })}
                    <button type="submit" class="foot-look" name="theme" value=theme>
                        {theme_label}
                    </button>
                </form>
                <p>
                    {frame.site}" · "
                    <a class="foot-hotline" href=format!("tel:{HOTLINE}")>
                        {t!("ui-hotline")}
                    </a>
                </p>
                {imprint(&frame.imprint, frame.locale)}
                <p class="foot-links">
                    <a href="/about">{t!("ui-about")}</a>
                    <a href="/accessibility">{t!("ui-accessibility")}</a>
                    <a href="/privacy">{t!("ui-privacy")}</a>
                    <a href="/verify">{t!("ui-verify")}</a>
                    <a href="/organisation">{t!("ui-organisation")}</a>
                </p>
            </div>
        </footer>
    }
    .into_any()
}

/// Where the ministry keeps the filings of sites; the law wants their numbers to lead there.
const FILINGS: &str = "https://beian.miit.gov.cn/";

/// Who runs the portal, the number of its filing, and a number to call.
fn imprint(imprint: &Imprint, locale: Locale) -> Option<AnyView> {
    let operator = imprint.operator.as_ref().map(|name| format!("{}{}", t!("ui-operator"), name.get(locale)));
    let operator = operator.map(|line| view! { <span>{line}</span> });
    let icp =
        imprint.icp.clone().map(|number| view! { <a href=FILINGS rel="noopener" lang="zh-CN">{number}</a> });
    let phone = imprint.phone.clone().map(|number| {
        let href = format!("tel:{}", number.replace([' ', '-'], ""));
        view! { <span>{t!("ui-phone")}<a href=href>{number}</a></span> }
    });
    (*imprint != Imprint::default())
        .then(|| view! { <p class="foot-imprint">{operator} {phone} {icp}</p> }.into_any())
}

/// The home page: blue header with region, greeting and search; `hot` are links people often follow.
#[component]
pub fn HomeLayout(
    frame: Frame,
    #[prop(into)] greeting: String,
    #[prop(into)] search_label: String,
    #[prop(into)] search_placeholder: String,
    #[prop(optional, into)] hot_label: String,
    /// Address and words.
    #[prop(optional)]
    hot: Vec<(String, String)>,
    /// A [`super::Notice`], under the header.
    #[prop(optional_no_strip, into)]
    notice: Option<AnyView>,
    children: Children,
) -> AnyView {
    let hot = (!hot.is_empty()).then(|| {
        let links = hot.into_iter().map(|(href, label)| view! { <a href=href>{label}</a> }).collect_view();
        view! { <p class="hot"><span>{hot_label}</span>{links}</p> }
    });
    // Without a place the portal's own name stands there, so that a phone shows whose page it is.
    let region = match frame.region.clone() {
        Some(region) => view! {
            <a class="region" href="/regions">
                <Icon name=IconName::MapPin/>
                {region}
            </a>
        }
        .into_any(),
        None => view! {
            <p class="region region-plain hide-desk">
                <Icon name=IconName::Brand/>
                {frame.site.clone()}
            </p>
        }
        .into_any(),
    };
    view! {
        <div class="frame has-tabs">
            <SkipLink/>
            <header class="masthead masthead-home">
                <div class="wrap masthead-bar">
                    {brand(&frame.site)}
                    {region}
                    {navigation(&frame, Some(Place::Home), true)}
                    {tools(&frame, true)}
                </div>
                <div class="wrap masthead-hero">
                    <h1 class="hello-title">{greeting}</h1>
                    <SearchForm action="/services" label=search_label placeholder=search_placeholder/>
                    {hot}
                </div>
            </header>
            <main id="main" class="page wrap" tabindex="-1">
                {notice}
                {children()}
            </main>
            <Foot frame mode=false/>
        </div>
    }
    .into_any()
}

/// Any other page of a citizen. On a phone a bar shows `bar_title` and the way `back`; the page's own `<h1>` goes into
/// the children (with class `title-in-bar` if it only repeats the bar). With `tabs=false` the tab bar gives way to an
/// [`ActionBar`].
#[component]
pub fn CitizenLayout(
    frame: Frame,
    #[prop(into)] bar_title: String,
    /// Where "back" leads.
    #[prop(into)]
    back: String,
    #[prop(optional_no_strip, into)] place: Option<Place>,
    #[prop(default = true)] tabs: bool,
    /// For reading and forms: one narrow column.
    #[prop(optional)]
    narrow: bool,
    /// Without one there is nothing below that leads away, such as from a form half filled in.
    #[prop(default = true)]
    foot: bool,
    /// A link at the end of the bar.
    #[prop(optional_no_strip, into)]
    bar_end: Option<AnyView>,
    /// A [`super::Notice`].
    #[prop(optional_no_strip, into)]
    notice: Option<AnyView>,
    children: Children,
) -> AnyView {
    view! {
        <div class=if tabs { "frame has-tabs" } else { "frame" }>
            <SkipLink/>
            <header class="masthead">
                <div class="wrap masthead-bar">
                    <a class="bar-back" href=back aria-label=t!("ui-back")>
                        <Icon name=IconName::ChevronLeft/>
                    </a>
                    {brand(&frame.site)}
                    <p class="bar-title">{bar_title}</p>
                    <div class="bar-end">{bar_end}</div>
                    {navigation(&frame, place, tabs)}
                    {tools(&frame, false)}
                </div>
            </header>
            <main id="main" class=if narrow { "page wrap page-narrow" } else { "page wrap" } tabindex="-1">
                {notice}
                {children()}
            </main>
            {foot.then(|| view! { <Foot frame/> })}
        </div>
    }
    .into_any()
}

/// The way out of an application that is kept.
#[derive(Clone, Debug)]
pub enum Later {
    /// Nothing is typed on the page: a link.
    Link(String),
    /// What is typed on the page is sent first, by a button of the form named `_later`; the Enter key presses the one
    /// labelled `enter` all the same.
    Save { enter: String },
}

/// The id of the form of a [`FlowLayout`].
const FLOW: &str = "flow";

impl Later {
    /// On a phone, at the end of the bar.
    fn in_bar(&self) -> AnyView {
        match self.clone() {
            Later::Link(href) => view! { <a href=href>{t!("ui-later")}</a> }.into_any(),
            Later::Save { enter } => view! {
                // The first button of a form is pressed by the Enter key, wherever it stands.
                <button class="visually-hidden" type="submit" form=FLOW tabindex="-1" aria-hidden="true">{enter}</button>
                <button class="btn-link" type="submit" form=FLOW name="_later" value="1">{t!("ui-later")}</button>
            }
            .into_any(),
        }
    }

    /// On a desk, after the other actions.
    fn in_actions(&self) -> AnyView {
        match self.clone() {
            Later::Link(href) => view! { <a class="btn btn-quiet hide-phone" href=href>{t!("ui-later")}</a> }.into_any(),
            Later::Save { .. } => {
                view! { <button class="btn btn-quiet hide-phone" type="submit" name="_later" value="1">{t!("ui-later")}</button> }
                    .into_any()
            }
        }
    }
}

/// A step of a form: service in the bar, steps, the form, and its next action in reach of the thumb.
/// `children` are fields and cards; `actions` the buttons, the one primary button first.
#[component]
pub fn FlowLayout(
    frame: Frame,
    /// Name of the service, in the bar.
    #[prop(into)]
    service: String,
    #[prop(into)] back: String,
    /// The draft is kept; only applications have one.
    #[prop(optional_no_strip, into)]
    later: Option<Later>,
    /// [`super::Steps`].
    #[prop(optional_no_strip, into)]
    steps: Option<AnyView>,
    /// Where the form posts to.
    #[prop(into)]
    action: String,
    /// The form carries files.
    #[prop(optional)]
    multipart: bool,
    /// [`super::ErrorSummary`] or an alert, above everything.
    #[prop(optional_no_strip, into)]
    errors: Option<AnyView>,
    #[prop(into)] actions: AnyView,
    children: Children,
) -> impl IntoView {
    let (in_bar, in_actions) = (later.as_ref().map(Later::in_bar), later.as_ref().map(Later::in_actions));
    let enctype = if multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let name = service.clone();
    let inner = view! {
        // Our own check runs on the server and in the island; the browser's bubbles would speak another language.
        <form class="flow" id=FLOW method="post" action=action enctype=enctype novalidate=true>
            <div class="flow-body">
                <p class="flow-name hide-phone">{name}</p>
                {steps}
                {errors}
                {children()}
            </div>
            <div class="actionbar">{actions} {in_actions}</div>
        </form>
    }
    .into_any();
    view! {
        <CitizenLayout frame bar_title=service back tabs=false narrow=true foot=false bar_end=in_bar>
            {inner}
        </CitizenLayout>
    }
}

/// Main column and, on a desk, a side column. On a phone the side comes first; give it what is needed first.
#[component]
pub fn SideColumns(#[prop(into)] side: AnyView, children: Children) -> AnyView {
    view! {
        <div class="columns columns-side">
            <div class="side stack">{side}</div>
            <div class="stack">{children()}</div>
        </div>
    }
    .into_any()
}

/// As [`SideColumns`], with the side after the main column on a phone.
#[component]
pub fn AsideColumns(#[prop(into)] side: AnyView, children: Children) -> AnyView {
    view! {
        <div class="columns columns-side">
            <div class="stack">{children()}</div>
            <aside class="side stack">{side}</aside>
        </div>
    }
    .into_any()
}

/// A titled part of a page, with a link to all of it.
#[component]
pub fn Section(
    #[prop(into)] title: String,
    #[prop(optional, into)] more_href: MaybeText,
    #[prop(optional, into)] more: MaybeText,
    children: Children,
) -> AnyView {
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{title}</h2>
                {more_href
                    .0
                    .zip(more.0)
                    .map(|(href, more)| {
                        view! {
                            <a class="section-more" href=href>
                                {more}
                            </a>
                        }
                    })}
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// The `<h1>` of a page, a sentence under it, and tags as children.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: MaybeText,
    /// The phone's bar already shows the title.
    #[prop(optional)]
    in_bar: bool,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <div class="page-head">
            <h1 class=if in_bar { "title-in-bar" } else { "" }>{title}</h1>
            {lead.0.map(|lead| view! { <p class="lead">{lead}</p> })}
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Keeps the next action at the bottom of a phone; last child of a page with `tabs=false`.
#[component]
pub fn ActionBar(
    /// Where a side column offers the same on a desk.
    #[prop(optional)]
    phone_only: bool,
    children: Children,
) -> impl IntoView {
    view! { <div class=if phone_only { "actionbar hide-desk" } else { "actionbar" }>{children()}</div> }
}

/// Where the page is; address and words, the last one is the page itself.
#[component]
pub fn Breadcrumb(
    links: Vec<(String, String)>,
    #[prop(into)] here: String,
    /// Where one step back, which a phone's bar offers, does not tell enough.
    #[prop(optional)]
    on_phone: bool,
) -> AnyView {
    view! {
        <nav class=if on_phone { "breadcrumb" } else { "breadcrumb hide-phone" } aria-label=t!("ui-breadcrumb")>
            <ol>
                {links
                    .into_iter()
                    .map(|(href, label)| {
                        view! {
                            <li>
                                <a href=href>{label}</a>
                            </li>
                        }
                    })
                    .collect_view()} <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}
