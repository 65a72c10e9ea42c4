//! Which originals are in a row, and where: for the few rows that have any.

use super::cell_scan::Scan;
use super::layers;
use super::layout::ScannedColumn;
use super::look_further::Carried;
use crate::error::Result;
use crate::originals::{Class, Hit, PartOfRow};
use crate::postgres::texts::visit_texts;
use crate::postgres::types::TypeClass;

impl Scan<'_> {
    /// Looks at a part of a row for what it is an original of.
    pub(super) fn look_closer(&mut self, part: PartOfRow, fields: &[Option<&[u8]>]) -> Result<()> {
        let PartOfRow::Cell(position) = part else { return self.originals_beside(fields) };
        // A text in which only the detectors found nothing isn't quiet.
        self.quiet.forget(position);
        match (self.layout.columns.get(position), fields.get(position)) {
            (Some(column), Some(Some(cell))) => self.originals_in_cell(position, column, cell, fields),
            _ => Ok(()),
        }
    }

    fn originals_in_cell(
        &mut self,
        position: usize,
        column: &ScannedColumn,
        cell: &[u8],
        fields: &[Option<&[u8]>],
    ) -> Result<()> {
        if let Some(id) = self.must_change(column, cell)
            && self.seeker.is_unchanged(id, &self.key, cell)?
        {
            let key = self.shown_key(fields, position);
            self.seen.at(position, None).unchanged.add(&key);
        }
        if column.may_hold_documents()
            && let Some(column) = self.seeker.document(cell)?
        {
            let document = Hit { column, class: Class::Bytes, length: cell.len(), form: None };
            self.take_down_originals(position, None, &[document], fields);
        }
        if column.class == TypeClass::Bytea {
            self.originals_inside(position, cell, fields)?;
        }
        let mut failure = None;
        visit_texts(&column.class, cell, &mut |found| {
            let looked = self.originals_in_text(position, found.text, found.key, fields);
            failure = failure.take().or(looked.err());
        });
        failure.map_or(Ok(()), Err)
    }

    fn originals_inside(&mut self, position: usize, cell: &[u8], fields: &[Option<&[u8]>]) -> Result<()> {
        let mut found = Vec::new();
        let mut carried = Carried { seeker: &mut self.seeker, found: &mut found, failure: None };
        layers::of_bytes(cell, &mut |_, text| carried.text(text));
        carried.failure.map_or(Ok(()), Err)?;
        self.take_down_originals(position, None, &found, fields);
        Ok(())
    }

    fn originals_in_text(
        &mut self,
        position: usize,
        text: &str,
        json_key: Option<&str>,
        fields: &[Option<&[u8]>],
    ) -> Result<()> {
        let mut found = Vec::new();
        self.seeker.text(text, &mut |hit| found.push(hit))?;
        let mut carried = Carried { seeker: &mut self.seeker, found: &mut found, failure: None };
        layers::of_text(text, &mut |_, _, text| carried.text(text));
        carried.failure.map_or(Ok(()), Err)?;
        self.take_down_originals(position, json_key, &found, fields);
        Ok(())
    }

    /// Names whose parts stand in different cells of the row: at each of them.
    fn originals_beside(&mut self, fields: &[Option<&[u8]>]) -> Result<()> {
        let Self { seeker, names, .. } = self;
        let mut found = Vec::new();
        seeker.names_beside(names, &mut |(one, other), hit| {
            found.push((one, hit));
            found.extend((one != other).then_some((other, hit)));
        })?;
        for (position, hit) in found {
            self.take_down_originals(position, None, &[hit], fields);
        }
        Ok(())
    }

    fn take_down_originals(
        &mut self,
        position: usize,
        json_key: Option<&str>,
        found: &[Hit],
        fields: &[Option<&[u8]>],
    ) {
        if found.is_empty() {
            return;
        }
        let json_key = json_key.filter(|key| self.may_show(key));
        let wants_key = self.seen.at(position, json_key).wants_key_of_originals(found);
        let key = if wants_key { self.shown_key(fields, position) } else { String::new() };
        self.seen.at(position, json_key).note_originals(found, &key);
    }
}
