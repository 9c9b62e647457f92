//! What every page and action can reach.

use std::sync::Arc;

use backend::{Backend, clock::SettableClock};
use domain::text::Text;
use serde::{Deserialize, Serialize};

use crate::{assets::Assets, messages::DemoOutbox};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub assets: Arc<Assets>,
    pub site: Arc<Site>,
    pub backend: Backend,
    /// What the stand-ins for SMS and mail took, in a demo portal.
    pub outbox: Option<Arc<DemoOutbox>>,
    /// The clock of a demo portal, which can be moved ahead.
    pub clock: Option<Arc<SettableClock>>,
}

/// What an operator chose about the site as a whole.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the portal, in titles and headers.
    pub name: Text,
    /// Where people reach the portal, without a slash at the end, such as `https://zwfw.example.cn`.
    pub public_url: String,
    /// What stands at the foot of every page.
    pub imprint: Imprint,
    /// Whether the stand-ins, the demo accounts and the pages under `/demo` are there.
    pub demo: bool,
}

/// Who runs the portal, as the foot of every page says; what is not set is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Imprint {
    /// 主办单位: the office that runs the portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<Text>,
    /// 备案号: the number of the site's filing with the ministry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icp: Option<String>,
    /// 联系电话: a number to call about the portal itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Site {
    /// Whether browsers reach the portal over TLS, so that cookies are marked `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
