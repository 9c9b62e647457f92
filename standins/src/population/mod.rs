//! The synthetic people, households and firms that all demo registers share.
//!
//! They are nobody's data, and can be told from real ones: sequence numbers of resident ID numbers are 901 and above,
//! phones are in the unassigned segment 154, plates hold the letter I, which no plate has, organisation codes begin with MY,
//! and addresses name an estate called 示例, 样本 or 演示.

mod demo;
mod generate;
mod schooling;

use std::collections::HashMap;

use domain::identity::credit_code::CreditCode;
use domain::identity::resident_id::{ResidentId, Sex};
use domain::organisation::region::{RegionCode, RegionTable};
use jiff::civil::Date;

pub use demo::{DemoEntity, DemoPerson, demo_entities, demo_people};
pub use schooling::{Completed, Enrolment, Schooling, Stage};

/// The day on which the population is frozen: lives are generated up to it. What follows from a date (age, months paid,
/// school year, expiry) is worked out for the day of each question.
pub const FROZEN_ON: Date = Date::constant(2026, 11, 1);

/// Position of a person in `Population::persons`.
pub type PersonIndex = u32;
/// Position of an entity in `Population::entities`.
pub type EntityIndex = u32;

/// Everybody and everything the registers know.
pub struct Population {
    pub persons: Vec<Person>,
    pub households: Vec<Household>,
    pub births: Vec<Birth>,
    pub properties: Vec<Property>,
    pub vehicles: Vec<Vehicle>,
    pub entities: Vec<Entity>,
    pub regions: RegionTable,
    by_id: HashMap<ResidentId, PersonIndex>,
    by_code: HashMap<CreditCode, EntityIndex>,
}

impl Population {
    pub fn person(&self, id: &ResidentId) -> Option<&Person> {
        self.by_id.get(id).map(|at| &self.persons[*at as usize])
    }

    pub fn entity(&self, code: &CreditCode) -> Option<&Entity> {
        self.by_code.get(code).map(|at| &self.entities[*at as usize])
    }

    pub fn household(&self, person: &Person) -> &Household {
        &self.households[person.household as usize]
    }

    /// Whoever stands next to this person: the answer of a register that mixes people up.
    pub fn neighbour(&self, person: &Person) -> &Person {
        let at = self.by_id.get(&person.id).map_or(0, |at| *at as usize);
        &self.persons[(at + 1) % self.persons.len()]
    }

    /// Whatever stands next to this entity.
    pub fn entity_neighbour(&self, entity: &Entity) -> &Entity {
        let at = self.by_code.get(&entity.code).map_or(0, |at| *at as usize);
        &self.entities[(at + 1) % self.entities.len()]
    }
}

pub struct Person {
    pub id: ResidentId,
    pub name: String,
    pub ethnicity: &'static str,
    pub phone: Option<String>,
    pub household: u32,
    pub relation: Relation,
    /// Joined the household on.
    pub registered_on: Date,
    pub marriage: Marriage,
    /// In `Population::births`, oldest first.
    pub births: Vec<u32>,
    pub residence: Option<Residence>,
    pub id_card: Option<IdCard>,
    pub schooling: Schooling,
    pub occupation: Occupation,
    /// First pension contribution; nobody pays after retirement.
    pub insured_since: Option<Date>,
    /// Contributions without a gap since then.
    pub continuous_since: Option<Date>,
    /// Own deposit and the employer's, per month, in fen; 0 without an account.
    pub fund_monthly: i64,
    /// Remaining housing fund loan, in fen.
    pub fund_loan: i64,
    pub properties: Vec<u32>,
    pub vehicles: Vec<u32>,
    pub licence: Option<Licence>,
    pub disability: Option<Disability>,
    pub service: Option<Service>,
    pub criminal_record: bool,
    pub elderly_allowance: bool,
    /// What one register says against the others, for a person whose registers disagree.
    pub disagreement: Option<Disagreement>,
    /// Seed of the details that are drawn when asked for.
    pub salt: u64,
}

impl Person {
    pub fn birth(&self) -> Date {
        self.id.birth_date()
    }

    pub fn sex(&self) -> Sex {
        self.id.sex()
    }
}

/// Relation to the head of the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Head,
    Spouse,
    Son,
    Daughter,
    Father,
    Mother,
    NonRelative,
}

impl Relation {
    pub fn code(self) -> &'static str {
        match self {
            Relation::Head => "head",
            Relation::Spouse => "spouse",
            Relation::Son => "son",
            Relation::Daughter => "daughter",
            Relation::Father => "father",
            Relation::Mother => "mother",
            Relation::NonRelative => "non_relative",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marriage {
    Single,
    Married { spouse: PersonIndex, on: Date },
    Divorced { married_on: Date, on: Date },
    Widowed { married_on: Date },
}

pub struct Household {
    pub number: String,
    pub collective: bool,
    pub address: String,
    /// A township in Zhejiang, a county elsewhere.
    pub region: RegionCode,
    pub members: Vec<PersonIndex>,
    pub assistance: Option<Assistance>,
}

/// Social assistance to a household.
#[derive(Clone, Copy, Debug)]
pub struct Assistance {
    pub kind: AssistanceKind,
    pub since: Date,
    pub reviewed_on: Date,
    /// Fen a month for the whole family.
    pub allowance: i64,
    pub income_per_head: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssistanceKind {
    MinimumLiving,
    Marginal,
}

/// A birth. `child` is empty until the newborn is in a household.
pub struct Birth {
    /// Number of the medical certificate, which exists for births from 1996 on.
    pub certificate: Option<String>,
    pub mother: PersonIndex,
    pub father: Option<PersonIndex>,
    pub child: Option<PersonIndex>,
    pub name: String,
    pub sex: Sex,
    pub on: Date,
    pub region: RegionCode,
    pub hospital: String,
}

/// Residence away from the household, as registered.
pub struct Residence {
    pub address: String,
    pub region: RegionCode,
    pub since: Date,
    pub reason: &'static str,
    pub permit: Option<(String, Date)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdCard {
    pub issued_on: Date,
    /// None: valid long-term.
    pub valid_until: Option<Date>,
    pub lost: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupation {
    /// At school, or too young for it.
    Learning,
    Employed {
        entity: EntityIndex,
        since: Date,
    },
    Flexible {
        since: Date,
    },
    Unemployed {
        entity: EntityIndex,
        since: Date,
        ended: Date,
        reason: &'static str,
    },
    Retired {
        since: Date,
        pension: i64,
        verified_on: Date,
        scheme: &'static str,
    },
    /// No work on record.
    None,
}

#[derive(Clone, Copy, Debug)]
pub struct Licence {
    pub class: &'static str,
    pub first_issued_on: Date,
    /// None: valid long-term.
    pub valid_until: Option<Date>,
    pub points: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct Disability {
    pub category: &'static str,
    pub level: i64,
    pub issued_on: Date,
    /// Ten years on.
    pub valid_until: Date,
    pub living_subsidy: bool,
    pub care_subsidy: bool,
}

/// Service in the army.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    pub category: &'static str,
    pub enlisted_on: Date,
    pub discharged_on: Date,
    pub grant_paid: bool,
    pub card: bool,
    pub entitled: Option<&'static str>,
    /// Fen a month.
    pub allowance: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct Disagreement {
    /// Name on file at the household register.
    pub household_name: &'static str,
    /// The marriage register has no entry although the household register has a spouse.
    pub marriage_missing: bool,
}

pub struct Property {
    pub certificate: String,
    pub unit: String,
    pub address: String,
    pub region: RegionCode,
    /// Hundredths of a square metre.
    pub area: i64,
    pub usage: &'static str,
    pub owners: Vec<PersonIndex>,
    pub registered_on: Date,
    pub mortgagee: Option<&'static str>,
}

pub struct Vehicle {
    pub plate: String,
    pub kind: &'static str,
    pub brand: &'static str,
    pub new_energy: bool,
    pub owner: PersonIndex,
    pub registered_on: Date,
    pub inspection_due_on: Date,
    pub insured_until: Date,
    pub violations: i64,
}

pub struct Entity {
    pub code: CreditCode,
    pub name: String,
    pub kind: EntityKind,
    pub status: &'static str,
    pub representative: PersonIndex,
    /// Fen.
    pub capital: i64,
    pub industry: &'static Industry,
    pub address: String,
    pub region: RegionCode,
    pub established_on: Date,
    pub term_until: Option<Date>,
    pub late_report: bool,
    pub abnormal: bool,
    pub arrears: bool,
    pub fund_registered: bool,
    pub licences: Vec<EntityLicence>,
    /// Who is employed there now.
    pub staff: Vec<PersonIndex>,
    pub salt: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    Company,
    SoleTrader,
}

impl EntityKind {
    pub fn code(self) -> &'static str {
        match self {
            EntityKind::Company => "company",
            EntityKind::SoleTrader => "sole_trader",
        }
    }
}

pub struct EntityLicence {
    pub number: String,
    pub kind: &'static str,
    pub name: &'static str,
    pub scope: &'static str,
    pub issued_on: Date,
    pub valid_until: Date,
}

/// What a firm does; `code` is the section of GB/T 4754.
#[derive(Debug, PartialEq, Eq)]
pub struct Industry {
    pub code: &'static str,
    pub company: &'static str,
    pub shop: &'static str,
    pub scope: &'static str,
}

/// The day `months` later (earlier if negative), or the last of that month.
pub(crate) fn plus_months(day: Date, months: i64) -> Date {
    let month = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months;
    let first = Date::new(month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1, 1).unwrap_or(day);
    let last = first.days_in_month();
    Date::new(first.year(), first.month(), day.day().min(last)).unwrap_or(first)
}

/// The day `days` later; the same day beyond the calendar.
pub(crate) fn plus_days(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

/// Full months from `from` to `to`; 0 if `to` is earlier.
pub(crate) fn months_between(from: Date, to: Date) -> i64 {
    let months = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month())
        - i64::from(from.month());
    (months - i64::from(to.day() < from.day())).max(0)
}

/// Days from `from` to `to`.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}
