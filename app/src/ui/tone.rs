//! The colour of a meaning.

/// A tone colours a mark; it never carries meaning alone, words always stand beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Under way, information.
    #[default]
    Blue,
    /// Done, confirmed, free.
    Jade,
    /// Waiting, needs attention.
    Amber,
    /// Complaints and other warm places.
    Orange,
    /// Wrong, overdue, refused.
    Red,
    /// Money.
    Violet,
    Teal,
    /// Paused, ended, no meaning.
    Slate,
}

impl Tone {
    pub const ALL: [Tone; 8] =
        [Tone::Blue, Tone::Jade, Tone::Amber, Tone::Orange, Tone::Red, Tone::Violet, Tone::Teal, Tone::Slate];

    /// The class that sets the tone of an element and what is in it.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Blue => "tone-blue",
            Tone::Jade => "tone-jade",
            Tone::Amber => "tone-amber",
            Tone::Orange => "tone-orange",
            Tone::Red => "tone-red",
            Tone::Violet => "tone-violet",
            Tone::Teal => "tone-teal",
            Tone::Slate => "tone-slate",
        }
    }
}
