//! The cookie that holds the token of a session.

use backend::identity::Token;
use http::{HeaderMap, HeaderValue};

use crate::{preferences::cookie, state::Site};

/// Over TLS the prefix makes browsers refuse the cookie from anyone but this very host; plain http on one's own machine
/// cannot have it.
fn name(site: &Site) -> &'static str {
    if site.is_https() { "__Host-session" } else { "session" }
}

/// The token a browser sent.
pub(crate) fn token<'a>(headers: &'a HeaderMap, site: &Site) -> Option<&'a str> {
    cookie(headers, name(site))
}

fn header(site: &Site, value: &str, life: &str) -> HeaderValue {
    let secure = if site.is_https() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{life}", name(site));
    // Letters, digits, `-` and `_` only.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Gives the browser its token. It lives as long as the browser; the session itself ends on the server.
pub(crate) fn give(site: &Site, token: &Token) -> HeaderValue {
    header(site, token.as_str(), "")
}

/// Takes the token away.
pub(crate) fn take(site: &Site) -> HeaderValue {
    header(site, "", "; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use domain::text::Text;
    use http::header::COOKIE;

    use super::*;

    fn site(public_url: &str) -> Site {
        Site {
            name: Text::new("掌办", "Zhangban"),
            public_url: public_url.into(),
            imprint: crate::state::Imprint::default(),
            demo: false,
        }
    }

    #[test]
    fn over_tls_the_cookie_belongs_to_this_host_alone() {
        let taken = take(&site("https://zwfw.example.cn"));
        assert_eq!(taken, "__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
        let taken = take(&site("http://127.0.0.1:8080"));
        assert_eq!(taken, "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn only_the_right_cookie_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "session=plain; __Host-session=secure".parse().unwrap());
        assert_eq!(token(&headers, &site("https://zwfw.example.cn")), Some("secure"));
        assert_eq!(token(&headers, &site("http://127.0.0.1:8080")), Some("plain"));
    }
}
