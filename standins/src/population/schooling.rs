//! Schooling: where someone is in school on a day, and what they have completed, from the birth date and how far they go.

use domain::identity::resident_id::Sex;
use jiff::civil::Date;

/// Stages and levels, in the codes of the education register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Kindergarten,
    Primary,
    Junior,
    Senior,
    Vocational,
    College,
    Bachelor,
    Master,
}

impl Stage {
    pub fn code(self) -> &'static str {
        match self {
            Stage::Kindergarten => "kindergarten",
            Stage::Primary => "primary",
            Stage::Junior => "junior",
            Stage::Senior => "senior",
            Stage::Vocational => "vocational",
            Stage::College => "college",
            Stage::Bachelor => "bachelor",
            Stage::Master => "master",
        }
    }

    fn years(self) -> i16 {
        match self {
            Stage::Primary => 6,
            Stage::College
            | Stage::Kindergarten
            | Stage::Junior
            | Stage::Senior
            | Stage::Vocational
            | Stage::Master => 3,
            Stage::Bachelor => 4,
        }
    }

    fn before(self) -> Option<Stage> {
        match self {
            Stage::Kindergarten => None,
            Stage::Primary => Some(Stage::Kindergarten),
            Stage::Junior => Some(Stage::Primary),
            Stage::Senior | Stage::Vocational => Some(Stage::Junior),
            Stage::College | Stage::Bachelor => Some(Stage::Senior),
            Stage::Master => Some(Stage::Bachelor),
        }
    }
}

/// How far someone goes, or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schooling {
    pub last: Stage,
}

/// A stage on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub stage: Stage,
    /// Year of study, from 1.
    pub grade: i16,
    pub since: Date,
}

/// A stage completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed {
    pub stage: Stage,
    pub on: Date,
}

impl Schooling {
    /// Each stage with its first and last day. School begins on 1 September at the age of six (Compulsory Education Law,
    /// article 11), kindergarten three years earlier, and ends on 30 June.
    fn path(self, birth: Date) -> Vec<(Stage, Date, Date)> {
        let mut stages: Vec<Stage> = std::iter::successors(Some(self.last), |stage| stage.before()).collect();
        stages.reverse();
        let six = birth.year() + 6 + i16::from(birth.month() >= 9);
        let mut begin = six - 3;
        let mut path = Vec::with_capacity(stages.len());
        for stage in stages {
            let end = begin + stage.years();
            let day = |year, month, day| Date::new(year, month, day).unwrap_or(Date::MAX);
            path.push((stage, day(begin, 9, 1), day(end, 6, 30)));
            begin = end;
        }
        path
    }

    pub fn enrolment(self, birth: Date, today: Date) -> Option<Enrolment> {
        let path = self.path(birth);
        // In the summer holidays between two stages one still belongs to the earlier.
        let at = path.iter().rposition(|(_, from, _)| *from <= today)?;
        let (stage, since, until) = path[at];
        if today > until && at + 1 == path.len() {
            return None;
        }
        let grade = (today.year() - since.year() + i16::from(today.month() >= 9)).clamp(1, stage.years());
        Some(Enrolment { stage, grade, since })
    }

    /// Completed stages from primary school on, in order.
    pub fn completed(self, birth: Date, today: Date) -> Vec<Completed> {
        let path = self.path(birth);
        path.into_iter()
            .filter(|(stage, _, until)| *stage != Stage::Kindergarten && *until <= today)
            .map(|(stage, _, on)| Completed { stage, on })
            .collect()
    }

    /// The day after which school is over.
    pub fn ends_on(self, birth: Date) -> Date {
        self.path(birth).last().map_or(birth, |(_, _, until)| *until)
    }

    pub fn majors(self, sex: Sex) -> &'static [&'static str] {
        match (self.last, sex) {
            (Stage::Vocational, _) => {
                &["数控技术应用", "中餐烹饪", "汽车运用与维修", "护理", "电子商务", "学前教育"]
            }
            (Stage::College, _) => {
                &["护理", "会计", "机电一体化技术", "计算机应用技术", "酒店管理", "建筑工程技术"]
            }
            (_, Sex::Male) => {
                &["计算机科学与技术", "机械工程", "土木工程", "金融学", "临床医学", "法学", "电子信息工程"]
            }
            (_, Sex::Female) => &["汉语言文学", "会计学", "英语", "软件工程", "法学", "临床医学", "市场营销"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn school_years_follow_the_birth_date() {
        let senior = Schooling { last: Stage::Senior };
        let born = Date::constant(2012, 5, 30);
        let on = |y, m, d| senior.enrolment(born, Date::constant(y, m, d)).map(|e| (e.stage, e.grade));
        assert_eq!(on(2015, 8, 31), None);
        assert_eq!(on(2015, 9, 1), Some((Stage::Kindergarten, 1)));
        assert_eq!(on(2018, 9, 1), Some((Stage::Primary, 1)));
        assert_eq!(on(2024, 6, 30), Some((Stage::Primary, 6)));
        assert_eq!(on(2024, 8, 1), Some((Stage::Primary, 6)));
        assert_eq!(on(2026, 11, 1), Some((Stage::Junior, 3)));
        assert_eq!(on(2030, 6, 30), Some((Stage::Senior, 3)));
        assert_eq!(on(2030, 7, 1), None);
        assert_eq!(senior.completed(born, Date::constant(2030, 7, 1)).len(), 3);
    }

    #[test]
    fn a_child_of_september_begins_a_year_later() {
        let primary = Schooling { last: Stage::Primary };
        let begins = |birth| primary.path(birth)[1].1.year();
        assert_eq!(begins(Date::constant(2018, 8, 31)), 2024);
        assert_eq!(begins(Date::constant(2018, 9, 1)), 2025);
    }
}
