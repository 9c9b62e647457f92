//! What a member of staff may do.

use serde::{Deserialize, Serialize};

/// A role, granted with a post for a department and a place with all that lies within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理: accepts or declines cases, asks for supplements.
    Intake,
    /// 审核: gives an opinion in the stages of an examination.
    Review,
    /// 决定: approves or refuses cases, revokes certificates.
    Decide,
    /// 督办: sees what is late, and follows it up.
    Supervise,
    /// 目录管理: reads definitions and their history, publishes new ones.
    Catalogue,
    /// 财务: bills, payments and refunds.
    Finance,
    /// 审计: reads the audit log.
    Audit,
    /// 系统管理: keeps offices, posts and staff accounts; reads no case.
    System,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Intake,
        Role::Review,
        Role::Decide,
        Role::Supervise,
        Role::Catalogue,
        Role::Finance,
        Role::Audit,
        Role::System,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Role::Intake => "intake",
            Role::Review => "review",
            Role::Decide => "decide",
            Role::Supervise => "supervise",
            Role::Catalogue => "catalogue",
            Role::Finance => "finance",
            Role::Audit => "audit",
            Role::System => "system",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.code() == code)
    }

    /// Whether who holds it works on cases.
    pub fn handles_cases(self) -> bool {
        matches!(self, Role::Intake | Role::Review | Role::Decide | Role::Supervise)
    }
}
