//! Setting text on A4 pages, and writing them as tagged PDF (PDF/A-2a and PDF/UA-1).

use super::PaperError;
use super::font::{Face, Line};
use crate::certificates::qr::{QUIET_ZONE, Qr};
use domain::text::Locale;
use domain::time::Timestamp;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::collections::BTreeSet;
use std::num::NonZeroU16;

/// A4 in points.
pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
pub const MARGIN: f32 = 60.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const BRAND: Colour = Colour(11, 63, 158);
pub const TINT: Colour = Colour(243, 247, 254);
pub const INK: Colour = Colour(21, 32, 46);
pub const QUIET: Colour = Colour(82, 94, 109);
pub const LINE: Colour = Colour(214, 221, 231);
pub const WARNING: Colour = Colour(190, 24, 33);
pub const WHITE: Colour = Colour(255, 255, 255);

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// In points.
    pub size: f32,
    pub colour: Colour,
    pub bold: bool,
    /// Space after each character, in ems.
    pub spacing: f32,
}

impl Style {
    pub const fn new(size: f32, colour: Colour) -> Style {
        Style { size, colour, bold: false, spacing: 0.0 }
    }

    pub const fn bold(self) -> Style {
        Style { bold: true, ..self }
    }

    pub const fn spaced(self, spacing: f32) -> Style {
        Style { spacing, ..self }
    }
}

/// What a piece of the paper is to somebody who hears it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Title(String),
    Paragraph,
    /// The name in a row of names and values.
    Label,
    /// The value in a row of names and values.
    Value,
    /// A picture and its description.
    Figure(String),
    Link,
}

/// A piece of the paper, in reading order.
pub type Block = usize;

enum Shape {
    Text {
        line: Line,
        x: f32,
        y: f32,
        style: Style,
    },
    /// Over the middle of the page, rising, and so thin that what is below stays readable.
    Across {
        line: Line,
        style: Style,
    },
    Fill {
        rect: [f32; 4],
        colour: Colour,
    },
    Frame {
        rect: [f32; 4],
        colour: Colour,
        width: f32,
    },
    Code {
        qr: Qr,
        x: f32,
        y: f32,
        size: f32,
    },
}

struct Mark {
    shape: Shape,
    /// Decoration when `None`.
    block: Option<Block>,
}

struct Link {
    page: usize,
    rect: [f32; 4],
    url: String,
    block: Block,
}

/// Pages being set. Distances are points from the left and upper edge; `y` of text is its base line.
pub struct Paper {
    face: &'static Face,
    pages: Vec<Vec<Mark>>,
    links: Vec<Link>,
    blocks: Vec<Role>,
    pub missing: BTreeSet<char>,
}

impl Paper {
    pub fn new() -> Result<Paper, PaperError> {
        let face = Face::built_in().ok_or(PaperError::Font)?;
        Ok(Paper {
            face,
            pages: vec![Vec::new()],
            links: Vec::new(),
            blocks: Vec::new(),
            missing: BTreeSet::new(),
        })
    }

    pub fn begin_page(&mut self) {
        self.pages.push(Vec::new());
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// A new piece, read after all before it.
    pub fn block(&mut self, role: Role) -> Block {
        self.blocks.push(role);
        self.blocks.len() - 1
    }

    pub fn line(&mut self, text: &str, style: Style) -> Line {
        self.face.line(text, style.spacing, &mut self.missing)
    }

    /// Lines of `text`, none wider than `width`.
    pub fn wrap(&mut self, text: &str, width: f32, style: Style) -> Vec<Line> {
        self.face.wrap(text, width / style.size, &mut self.missing)
    }

    fn mark(&mut self, page: usize, shape: Shape, block: Option<Block>) {
        if let Some(marks) = self.pages.get_mut(page) {
            marks.push(Mark { shape, block });
        }
    }

    fn last(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// Sets a line on the last page.
    pub fn text(&mut self, line: Line, x: f32, y: f32, style: Style, block: Option<Block>) {
        self.text_on(self.last(), line, x, y, style, block);
    }

    pub fn text_on(&mut self, page: usize, line: Line, x: f32, y: f32, style: Style, block: Option<Block>) {
        if !line.glyphs.is_empty() {
            self.mark(page, Shape::Text { line, x, y, style }, block);
        }
    }

    /// Sets a line across a page.
    pub fn across(&mut self, page: usize, line: Line, style: Style) {
        self.mark(page, Shape::Across { line, style }, None);
    }

    /// A filled rectangle: left, top, width, height.
    pub fn fill(&mut self, rect: [f32; 4], colour: Colour) {
        self.mark(self.last(), Shape::Fill { rect, colour }, None);
    }

    pub fn frame(&mut self, rect: [f32; 4], colour: Colour, width: f32) {
        self.mark(self.last(), Shape::Frame { rect, colour, width }, None);
    }

    /// A QR code of `size` with its quiet zone inside.
    pub fn code(&mut self, qr: Qr, x: f32, y: f32, size: f32, block: Block) {
        self.mark(self.last(), Shape::Code { qr, x, y, size }, Some(block));
    }

    /// Makes a rectangle of the last page lead to `url`.
    pub fn link(&mut self, rect: [f32; 4], url: &str, block: Block) {
        self.links.push(Link { page: self.last(), rect, url: url.into(), block });
    }

    /// The PDF file.
    pub fn finish(
        self,
        title: &str,
        author: &str,
        locale: Locale,
        made: Timestamp,
    ) -> Result<Vec<u8>, PaperError> {
        let failed = |what: &dyn std::fmt::Debug| PaperError::Pdf(format!("{what:?}"));
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|e| failed(&e))?;
        let mut document = Document::new_with(SerializeSettings {
            configuration,
            enable_tagging: true,
            ..Default::default()
        });
        let mut content: Vec<Vec<Identifier>> = vec![Vec::new(); self.blocks.len()];

        for (index, marks) in self.pages.iter().enumerate() {
            let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed(&"page size"))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                let tag = match mark.block {
                    None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                    Some(_) if matches!(mark.shape, Shape::Text { .. }) => {
                        ContentTag::Span(SpanTag::empty().with_lang(Some(locale.tag())))
                    }
                    Some(_) => ContentTag::Other,
                };
                let identifier = surface.start_tagged(tag);
                draw(&mut surface, &mark.shape, self.face);
                surface.end_tagged();
                if let Some(block) = mark.block {
                    content[block].push(identifier);
                }
            }
            surface.finish();
            for link in self.links.iter().filter(|link| link.page == index) {
                let [x, y, w, h] = link.rect;
                let Some(rect) = Rect::from_xywh(x, y, w, h) else { continue };
                let target = Target::Action(Action::Link(LinkAction::new(link.url.clone())));
                let annotation =
                    Annotation::new_link(LinkAnnotation::new(rect, target), Some(link.url.clone()));
                content[link.block].push(page.add_tagged_annotation(annotation));
            }
            page.finish();
        }

        let mut outline = Outline::new();
        outline.push_child(OutlineNode::new(title.into(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
        document.set_outline(outline);
        document.set_tag_tree(tag_tree(self.blocks, content, locale));
        document.set_metadata(
            Metadata::new()
                .title(title.into())
                .authors(vec![author.into()])
                .language(locale.tag().into())
                .creation_date(date_time(made)),
        );
        document.finish().map_err(|e| failed(&e))
    }
}

/// The order and meaning of the blocks. Rows of names and values that follow each other are one table.
fn tag_tree(blocks: Vec<Role>, content: Vec<Vec<Identifier>>, locale: Locale) -> TagTree {
    let group = |tag: TagGroup, identifiers: Vec<Identifier>| {
        identifiers.into_iter().fold(tag, |mut group, identifier| {
            group.push(identifier);
            group
        })
    };
    let mut tree = TagTree::new().with_lang(Some(locale.tag().into()));
    let mut table: Option<TagGroup> = None;
    let mut row: Option<TagGroup> = None;
    for (role, identifiers) in blocks.into_iter().zip(content) {
        // A name or a value may be empty, and then has no mark on the page; its row stays.
        match role {
            Role::Label => {
                let mut new = TagGroup::new(Tag::TR);
                new.push(group(TagGroup::new(Tag::TH(TableHeaderScope::Row)), identifiers));
                row = Some(new);
                continue;
            }
            Role::Value => {
                let mut done = row.take().unwrap_or_else(|| TagGroup::new(Tag::TR));
                done.push(group(TagGroup::new(Tag::TD), identifiers));
                table.get_or_insert_with(|| TagGroup::new(Tag::Table)).push(done);
                continue;
            }
            _ if identifiers.is_empty() => continue,
            _ => {}
        }
        if let Some(table) = table.take() {
            tree.push(table);
        }
        match role {
            Role::Title(title) => {
                tree.push(group(TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(title))), identifiers));
            }
            Role::Figure(alt) => tree.push(group(TagGroup::new(Tag::Figure(Some(alt))), identifiers)),
            Role::Link => {
                let mut paragraph = TagGroup::new(Tag::P);
                paragraph.push(group(TagGroup::new(Tag::Link), identifiers));
                tree.push(paragraph);
            }
            Role::Paragraph | Role::Label | Role::Value => {
                tree.push(group(TagGroup::new(Tag::P), identifiers));
            }
        }
    }
    if let Some(table) = table {
        tree.push(table);
    }
    tree
}

fn draw(surface: &mut Surface<'_>, shape: &Shape, face: &Face) {
    match shape {
        Shape::Text { line, x, y, style } => {
            surface.set_fill(Some(fill(style.colour)));
            // There is one weight only; a thin outline makes it heavier.
            surface.set_stroke(style.bold.then(|| stroke(style.colour, style.size * 0.028)));
            let start = Point::from_xy(*x, *y);
            surface.draw_glyphs(start, &line.glyphs, face.font.clone(), &line.text, style.size, false);
        }
        Shape::Across { line, style } => {
            let (x, y) = ((WIDTH - line.width * style.size) / 2.0, HEIGHT / 2.0);
            surface.push_transform(&Transform::from_rotate_at(-32.0, WIDTH / 2.0, HEIGHT / 2.0));
            let opacity = NormalizedF32::new(0.22).unwrap_or(NormalizedF32::ONE);
            surface.set_fill(Some(Fill { opacity, ..fill(style.colour) }));
            surface.set_stroke(None);
            let start = Point::from_xy(x, y + style.size * 0.36);
            surface.draw_glyphs(start, &line.glyphs, face.font.clone(), &line.text, style.size, false);
            surface.pop();
        }
        Shape::Fill { rect, colour } => {
            surface.set_fill(Some(fill(*colour)));
            surface.set_stroke(None);
            rectangles(surface, &[*rect]);
        }
        Shape::Frame { rect, colour, width } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(*colour, *width)));
            rectangles(surface, &[*rect]);
        }
        Shape::Code { qr, x, y, size } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(WHITE)));
            rectangles(surface, &[[*x, *y, *size, *size]]);
            surface.set_fill(Some(fill(Colour(0, 0, 0))));
            let module = size / (qr.width() + 2 * QUIET_ZONE) as f32;
            let at = |n: usize| (n + QUIET_ZONE) as f32 * module;
            let runs = qr.runs().into_iter();
            let rects: Vec<_> = runs
                .map(|(column, row, n)| [x + at(column), y + at(row), n as f32 * module, module])
                .collect();
            rectangles(surface, &rects);
        }
    }
}

fn rectangles(surface: &mut Surface<'_>, rects: &[[f32; 4]]) {
    let mut path = PathBuilder::new();
    for rect in rects.iter().filter_map(|[x, y, w, h]| Rect::from_xywh(*x, *y, *w, *h)) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn fill(Colour(r, g, b): Colour) -> Fill {
    Fill { paint: rgb::Color::new(r, g, b).into(), ..Default::default() }
}

fn stroke(Colour(r, g, b): Colour, width: f32) -> Stroke {
    Stroke { paint: rgb::Color::new(r, g, b).into(), width, ..Default::default() }
}

/// Chinese standard time, to the day and minute.
fn date_time(time: Timestamp) -> DateTime {
    let date = time.date_in_china();
    let seconds = time.seconds_since(Timestamp::start_of_day_in_china(date)).clamp(0, 86_399);
    let part = |n: i64| u8::try_from(n).unwrap_or(0);
    DateTime::new(u16::try_from(date.year()).unwrap_or(1))
        .month(part(date.month().into()))
        .day(part(date.day().into()))
        .hour(part(seconds / 3600))
        .minute(part(seconds / 60 % 60))
        .second(part(seconds % 60))
        .utc_offset_hour(8)
        .utc_offset_minute(0)
}
