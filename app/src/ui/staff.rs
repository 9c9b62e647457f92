//! 掌上办公: frame and figures of staff pages.

use leptos::prelude::*;

use super::{Icon, IconName, SkipLink, tag::up_to_99};
use crate::words::t;

/// What the frame of a staff page knows about the visit.
#[derive(Clone, Debug, Default)]
pub struct StaffFrame {
    pub person: String,
    /// Path of the post: 杭州市 / 西湖区 / 北山街道.
    pub organisation: String,
    /// Whom they act for, in words.
    pub acting: Option<String>,
    pub nav: Vec<StaffLink>,
}

/// One entry of the staff navigation.
#[derive(Clone, Debug)]
pub struct StaffLink {
    pub href: String,
    pub label: String,
    pub icon: IconName,
    pub count: Option<u64>,
    pub current: bool,
}

/// Any page of staff: head, navigation beside (desk) or above (phone), content.
#[component]
pub fn StaffLayout(
    frame: StaffFrame,
    #[prop(optional_no_strip, into)] notice: Option<AnyView>,
    children: Children,
) -> AnyView {
    let links = frame
        .nav
        .into_iter()
        .map(|link| {
            view! {
                <li>
                    <a href=link.href aria-current=link.current.then_some("page")>
                        <Icon name=link.icon/>
                        {link.label}
                        {link.count.map(|n| view! { <b>{up_to_99(n)}</b> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="frame staff">
            <SkipLink/>
            <header class="staff-head">
                <a class="brand" href="/staff">
                    <Icon name=IconName::Brand/>
                    {t!("ui-staff-product")}
                </a>
                <span class="staff-org hide-phone">{frame.organisation}</span>
                <div class="staff-user">
                    {frame.acting.map(|acting| view! { <span class="tag tone-blue hide-phone">{acting}</span> })}
                    <a href="/staff/me">
                        <Icon name=IconName::User/>
                        {frame.person}
                    </a>
                </div>
            </header>
            <div class="staff-body">
                <nav class="staff-nav" aria-label=t!("ui-staff-nav")>
                    <ul>{links}</ul>
                </nav>
                <main id="main" class="staff-main" tabindex="-1">
                    {notice}
                    {children()}
                </main>
            </div>
        </div>
    }
    .into_any()
}

/// Which way a figure goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trend {
    #[default]
    None,
    Good,
    Bad,
}

/// A figure with its unit and a remark.
#[component]
pub fn StatCard(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] unit: String,
    #[prop(optional, into)] note: String,
    #[prop(optional)] trend: Trend,
) -> AnyView {
    let note_class = match trend {
        Trend::None => "stat-note",
        Trend::Good => "stat-note up",
        Trend::Bad => "stat-note down",
    };
    view! {
        <div class="stat">
            <span class="stat-label">{label}</span>
            <strong class="stat-value">{value}" "<small>{unit}</small></strong>
            <span class=note_class>{note}</span>
        </div>
    }
    .into_any()
}

/// [`StatCard`]s in a row.
#[component]
pub fn Stats(children: Children) -> impl IntoView {
    view! { <div class="stats">{children()}</div> }
}

/// Search and filters above a table.
#[component]
pub fn Toolbar(children: Children) -> impl IntoView {
    view! { <div class="toolbar">{children()}</div> }
}
