//! A service definition: everything the portal knows about one service, as data.

use serde::{Deserialize, Serialize};

use super::fee::Fee;
use super::field::{Field, FieldType};
use crate::organisation::region::Level;
use crate::rules::{Expr, Rule};
use crate::text::Text;

/// One service item (事项), as written in `catalog/services/*.toml`. Immutable once published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Stable over versions: lower-case ASCII words with hyphens; also the address of the guide page.
    pub code: String,
    pub name: Text,
    /// One sentence for lists.
    pub summary: Text,
    /// Everyday words that people search by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Ids of `catalog/themes.toml`.
    pub themes: Vec<String>,
    /// Id of `catalog/departments.toml`.
    pub department: String,
    /// The administrative level that handles the service.
    pub level: Level,
    /// The place that decides which office handles a case: the one at `level` that holds it, or the nearest above. Without
    /// it, or where nobody can tell, the office of the whole place that the portal serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Expr>,
    pub audience: Vec<Audience>,
    pub legal_basis: Vec<LegalBasis>,
    pub time_limit: TimeLimit,
    /// How often one has to come to a counter.
    #[serde(default)]
    pub visits: u8,
    /// Minutes that a document which nobody has to bring counts for in the figures; the usual ones when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_minutes: Option<u16>,
    /// How soon the same applicant may have it again; at any time when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Once>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
    /// Who may apply, in words.
    pub who: Text,
    /// What must be brought because no register knows it; empty for a single-certificate service.
    #[serde(default, rename = "material", skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Material>,
    /// What one gets.
    pub result: Text,
    /// What happens after submission, step by step.
    pub then: Vec<Text>,
    #[serde(default, skip_serializing_if = "Supplement::is_usual")]
    pub supplement: Supplement,
    pub consent: ConsentTerms,
    /// Facts the portal fetches.
    #[serde(default, rename = "fact")]
    pub facts: Vec<FactUse>,
    /// Conditions for applying, explained to people before and after they file.
    #[serde(default, rename = "eligibility")]
    pub eligibility: Vec<Rule>,
    /// Values derived from facts and answers; each may use those before it.
    #[serde(default, rename = "computed", skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<Computed>,
    /// Pages of questions.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    pub decision: Decision,
    /// Reasons a clerk may refuse with.
    #[serde(default, rename = "refusal")]
    pub refusals: Vec<Refusal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateTemplate>,
    #[serde(default, rename = "faq")]
    pub faqs: Vec<Faq>,
}

/// Who a service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 个人
    Person,
    /// 法人
    Entity,
}

/// A law or rule that a service rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// 《中华人民共和国居民身份证法》
    pub law: Text,
    /// 第十一条; empty when the whole act is meant.
    #[serde(default)]
    pub article: Text,
}

/// Working days from acceptance to decision. Zero means at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    pub statutory: u16,
    pub promised: u16,
    /// 默认批准: the law says that an application counts as approved when it is not decided within the statutory limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tacit: bool,
}

/// Asking the applicant for more (补正).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Supplement {
    /// How often it may be asked in one case; the law wants everything told at once (行政许可法 第三十二条).
    pub most: u8,
    /// Working days for the answer; then the case is closed.
    pub days: u16,
    pub clock: SupplementClock,
}

impl Default for Supplement {
    fn default() -> Self {
        Supplement { most: 1, days: 15, clock: SupplementClock::default() }
    }
}

impl Supplement {
    fn is_usual(&self) -> bool {
        *self == Supplement::default()
    }
}

/// What asking the applicant for more does to the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementClock {
    /// The clock stands until the answer comes, and goes on where it stood.
    #[default]
    Pauses,
    /// The limit runs anew from the answer.
    Restarts,
}

impl TimeLimit {
    /// Working days for a case that a person decides: what is promised, or, where the promise is that rules decide at
    /// once and they cannot, what the law allows.
    pub fn by_person(&self) -> u16 {
        if self.promised == 0 { self.statutory } else { self.promised }
    }
}

/// How soon the same applicant may have a service again. An application that is open stands in the way always, an approved
/// one for so long; not when its certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    Ever,
    /// Days after the approval.
    Days(u16),
}

/// Something a citizen must still bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    pub name: Text,
    /// Why no register can give it.
    pub why: Text,
}

/// What a citizen consents to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTerms {
    pub purpose: Text,
    /// How long what was fetched is kept after the case is closed.
    pub keep_days: u32,
}

/// A fact a service uses, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactUse {
    /// Id of `catalog/registers.toml`.
    pub id: String,
    /// A case may be closed while this fact is pending.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// A derived value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computed {
    pub id: String,
    pub label: Text,
    pub value: Expr,
}

/// A page of questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    pub title: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Text>,
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// How a case is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// 秒办: the rules decide at once, beside the conditions for applying.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub instant: bool,
    /// 受办分离: nobody decides what they accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub separate: bool,
    /// What comes between acceptance and decision, one after the other.
    #[serde(default, rename = "stage", skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// A stage of an examination (审核环节). Nobody takes two seats in one case, and who took one does not decide it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub title: Text,
    /// Whose opinion is needed: every seat's at the same time, or any one's.
    #[serde(default)]
    pub need: Need,
    #[serde(rename = "seat")]
    pub seats: Vec<Seat>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    #[default]
    All,
    Any,
}

/// Who gives an opinion in a stage: somebody who reviews (审核) for a department at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// The department of the service, where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The level above or at the case's own; its own, where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// A reason for refusing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub id: String,
    pub text: Text,
}

/// The electronic certificate (证照) that a service issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateTemplate {
    /// Names the type in `vct`: lower-case ASCII words with hyphens.
    pub kind: String,
    pub title: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Validity>,
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
}

/// How long a certificate is valid from the day it is issued; none means without end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    Days(u32),
    Months(u32),
    /// A date computed from facts and answers; the certificate is valid through that day.
    Until(Expr),
}

/// One line of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Name of the claim: lower-case ASCII letters, digits and `_`.
    pub id: String,
    pub label: Text,
    pub value: Expr,
    /// The holder chooses whether to disclose it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

/// A question people ask, with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    pub q: Text,
    pub a: Text,
}

/// What makes a service pleasant; shown as a badge and used as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// 一证通办: nothing to bring but one's identity.
    SingleCertificate,
    /// 零次跑: no visit to a counter.
    ZeroVisits,
    /// 秒办: decided at once by rules.
    Instant,
    /// 免费
    Free,
}

impl Badge {
    pub const ALL: [Badge; 4] = [Badge::SingleCertificate, Badge::ZeroVisits, Badge::Instant, Badge::Free];

    pub fn id(self) -> &'static str {
        match self {
            Badge::SingleCertificate => "single_certificate",
            Badge::ZeroVisits => "zero_visits",
            Badge::Instant => "instant",
            Badge::Free => "free",
        }
    }
}

impl Definition {
    pub fn badges(&self) -> Vec<Badge> {
        let needs_paper =
            !self.materials.is_empty() || self.fields().any(|f| f.kind == FieldType::File && !f.optional);
        let earned = |badge: &Badge| match badge {
            Badge::SingleCertificate => !needs_paper,
            Badge::ZeroVisits => self.visits == 0,
            Badge::Instant => self.decision.instant,
            Badge::Free => self.fee.is_none(),
        };
        Badge::ALL.into_iter().filter(earned).collect()
    }

    /// All questions in the order they are asked; rows of groups are not entered.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.steps.iter().flat_map(|s| &s.fields)
    }

    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().find(|f| f.id == id)
    }
}
