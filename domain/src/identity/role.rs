//! What a member of staff may do.

use serde::{Deserialize, Serialize};

/// A role within a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理: accepts or declines cases.
    Intake,
    /// 决定: approves or refuses cases, revokes certificates.
    Decide,
    /// 目录管理: reads definitions and their history.
    Catalogue,
    /// 审计: reads the audit log.
    Audit,
    /// 系统管理: keeps staff accounts; reads no case.
    System,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Intake, Role::Decide, Role::Catalogue, Role::Audit, Role::System];

    pub fn code(self) -> &'static str {
        match self {
            Role::Intake => "intake",
            Role::Decide => "decide",
            Role::Catalogue => "catalogue",
            Role::Audit => "audit",
            Role::System => "system",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.code() == code)
    }
}
