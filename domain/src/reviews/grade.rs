//! The five grades.

use serde::{Deserialize, Serialize};

/// How content a person is. Ordered: the better the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum Grade {
    /// 非常不满意
    VeryDissatisfied,
    /// 不满意
    Dissatisfied,
    /// 基本满意
    FairlySatisfied,
    /// 满意
    Satisfied,
    /// 非常满意
    VerySatisfied,
}

/// The number names no grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no grade {0}")]
pub struct NoGrade(pub i64);

impl Grade {
    /// As people see them, the best first.
    pub const ALL: [Grade; 5] = [
        Grade::VerySatisfied,
        Grade::Satisfied,
        Grade::FairlySatisfied,
        Grade::Dissatisfied,
        Grade::VeryDissatisfied,
    ];

    /// 5 for the best, 1 for the worst.
    pub fn number(self) -> i64 {
        match self {
            Grade::VerySatisfied => 5,
            Grade::Satisfied => 4,
            Grade::FairlySatisfied => 3,
            Grade::Dissatisfied => 2,
            Grade::VeryDissatisfied => 1,
        }
    }

    /// As used in keys of words.
    pub fn code(self) -> &'static str {
        match self {
            Grade::VerySatisfied => "very-satisfied",
            Grade::Satisfied => "satisfied",
            Grade::FairlySatisfied => "fairly-satisfied",
            Grade::Dissatisfied => "dissatisfied",
            Grade::VeryDissatisfied => "very-dissatisfied",
        }
    }

    /// 差评: not satisfied or worse, which has to be looked into.
    pub fn is_bad(self) -> bool {
        self <= Grade::Dissatisfied
    }

    /// Place in [`Grade::ALL`].
    pub fn index(self) -> usize {
        (5 - self.number()) as usize
    }
}

impl TryFrom<i64> for Grade {
    type Error = NoGrade;

    fn try_from(number: i64) -> Result<Self, NoGrade> {
        Grade::ALL.into_iter().find(|grade| grade.number() == number).ok_or(NoGrade(number))
    }
}

impl From<Grade> for i64 {
    fn from(grade: Grade) -> i64 {
        grade.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_order_agree() {
        for (index, grade) in Grade::ALL.into_iter().enumerate() {
            assert_eq!(Grade::try_from(grade.number()), Ok(grade));
            assert_eq!(grade.index(), index);
            assert_eq!(grade.is_bad(), grade.number() <= 2);
        }
        assert!(Grade::ALL.is_sorted_by(|a, b| a > b));
        assert_eq!(Grade::try_from(0), Err(NoGrade(0)));
        assert_eq!(Grade::try_from(6), Err(NoGrade(6)));
    }
}
