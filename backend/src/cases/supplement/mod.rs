//! Asking the applicant for more (补正): once and completely, each ask about one question or material.

mod answer;
mod ask;
mod lapse;

use domain::cases::supplement::{Change, on_the_list};
use domain::cases::{About, Ask, CaseState, Form, SupplementEnd, amend};
use domain::catalog::Field;
use domain::ids::{CaseId, StaffId};
use domain::time::Timestamp;
use jiff::civil::Date;
use storage::Tx;
use storage::cases::supplements::{self, Supplement};

pub use answer::{resubmit, save_answers};
pub use ask::{ask_supplement, asked_so_often};
pub(crate) use lapse::lapse;

use super::CaseError;
use super::load::Opened;
use crate::Backend;
use crate::sealing::Place;

/// One time that the applicant was asked for more, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub asked_at: Timestamp,
    pub asked_by: StaffId,
    /// Where the case goes on once it is answered.
    pub from_state: CaseState,
    pub asks: Vec<Ask>,
    /// The last day for the answer, in China.
    pub due_on: String,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<SupplementEnd>,
    /// What the answer changed.
    pub changes: Vec<Change>,
}

impl Asked {
    fn open(backend: &Backend, row: &Supplement) -> Result<Asked, CaseError> {
        let place = |column| Place::new("supplements", column, &row.id);
        let changes = row.changes.as_ref().map(|c| backend.open_json(place("changes"), c)).transpose()?;
        Ok(Asked {
            asked_at: row.asked_at,
            asked_by: row.asked_by,
            from_state: row.from_state,
            asks: backend.open_json(place("asks"), &row.asks)?,
            due_on: row.due_on.clone(),
            ended_at: row.ended_at,
            ended_by: row.ended_by,
            changes: changes.unwrap_or_default(),
        })
    }

    /// What is asked about this question or material.
    pub fn about(&self, control: &str) -> Option<&Ask> {
        let about = About::from_control(control);
        self.asks.iter().find(|ask| ask.about == about)
    }

    /// Whether the last day is over.
    fn is_over(&self, today: Date) -> bool {
        self.due_on.parse::<Date>().is_ok_and(|due| today > due)
    }
}

/// What the applicant was asked for in a case, in its order. Callers have opened the case for who asks.
pub async fn supplements_of(backend: &Backend, id: CaseId) -> Result<Vec<Asked>, CaseError> {
    all(backend, &mut backend.db.read().await?, id).await
}

async fn all(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<Vec<Asked>, CaseError> {
    let rows = supplements::of_case(tx, id).await?;
    rows.iter().map(|row| Asked::open(backend, row)).collect()
}

/// What is asked for now.
pub(super) async fn open_one(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<Option<Asked>, CaseError> {
    Ok(all(backend, tx, id).await?.into_iter().find(|asked| asked.ended_at.is_none()))
}

impl Opened {
    /// The form with what was typed in answer to the clerk.
    pub fn amended(&self, backend: &Backend) -> Form {
        let (Some(asked), Some(answers)) = (&self.asked, &self.answers) else { return self.form() };
        let open = domain::cases::supplement::open_questions(&asked.asks);
        let questions = domain::cases::form::Questions::from(&self.service.definition);
        let mut form = amend(&questions, &self.facts, answers, &open, &self.raw, self.day);
        domain::cases::form::check_places(&mut form, &backend.catalog.reference.regions);
        form
    }

    /// The questions on the applicant's list.
    pub fn to_amend(&self, amended: &Form) -> Vec<&Field> {
        let asks = self.asked.as_ref().map(|asked| asked.asks.as_slice()).unwrap_or_default();
        on_the_list(&self.service.definition, amended, asks)
    }

    /// The materials on it that nothing was sent for.
    pub fn missing_materials(&self) -> Vec<u16> {
        let asks = self.asked.as_ref().map(|asked| asked.asks.as_slice()).unwrap_or_default();
        domain::cases::supplement::missing_materials(asks, &self.raw)
    }
}
