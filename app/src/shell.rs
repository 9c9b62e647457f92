//! The document around every page.

use leptos::{prelude::*, tachys::html::doctype};

use crate::visit::Visit;

/// The complete document. Runs inside the owner of the page.
///
/// The page was rendered before its head, so only a page that shows an island asks for the WebAssembly, and does so in
/// a module: the browser runs it when the page is already usable.
pub(crate) fn document(visit: &Visit, title: &str, body: String) -> String {
    let site = visit.state.site.name.get(visit.locale).to_owned();
    let title = if title.is_empty() { site } else { format!("{title} · {site}") };
    let assets = &visit.state.assets;
    let start = has_script(&body)
        .then(|| view! { <script type="module" nonce=visit.nonce.clone() src=assets.url("start.js").to_owned()></script> });
    view! {
        {doctype("html")}
        <html
            lang=visit.locale.tag()
            data-mode=visit.preferences.mode.name()
            data-theme=visit.preferences.theme.name()
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <title>{title}</title>
                <meta name="color-scheme" content=visit.preferences.theme.color_scheme()/>
                <meta name="theme-color" content="#1254c8"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="stylesheet" href=assets.url("main.css").to_owned()/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icon-192.png"/>
                {start}
            </head>
            <body inner_html=body></body>
        </html>
    }
    .to_html()
}

/// Whether a page shows an island. Text of users is escaped, so this tag is nothing else.
pub(crate) fn has_script(html: &str) -> bool {
    html.contains("<leptos-island")
}
