//! Server-sent events, read as bytes (WHATWG HTML, "Server-sent events"): lines end at LF, CRLF
//! or CR, and text is decoded per complete line, so a character that is cut by a packet stays
//! whole and U+2028 inside a JSON string ends nothing.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SseEvent {
    /// The `event:` field, empty if there was none.
    pub name: String,
    /// The `data:` lines, joined by LF.
    pub data: String,
}

/// A line longer than the parser was told to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTooLong;

/// Bytes of lines that are no events, kept because some providers send a bare JSON error there.
const STRAY_BYTES: usize = 16 * 1024;

/// Reads events from pieces of bytes.
#[derive(Debug)]
pub struct SseParser {
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
    after_cr: bool,
    at_start: bool,
    max_line: usize,
    stray: String,
}

impl SseParser {
    /// A parser that takes lines of at most `max_line` bytes.
    pub fn new(max_line: usize) -> Self {
        Self {
            line: Vec::new(),
            event: SseEvent::default(),
            has_data: false,
            after_cr: false,
            at_start: true,
            max_line,
            stray: String::new(),
        }
    }

    /// Takes bytes; gives the events that are complete now.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, LineTooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' => events.extend(self.end_line()),
                b'\r' => {
                    self.after_cr = true;
                    events.extend(self.end_line());
                }
                _ if self.line.len() >= self.max_line => return Err(LineTooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(events)
    }

    /// The event that the end of the body completes, if one was begun.
    pub fn finish(&mut self) -> Option<SseEvent> {
        if !self.line.is_empty() {
            let completed = self.end_line();
            if completed.is_some() {
                return completed;
            }
        }
        self.take_event()
    }

    /// Lines that were no part of an event.
    pub fn stray(&self) -> &str {
        &self.stray
    }

    fn end_line(&mut self) -> Option<SseEvent> {
        let bytes = std::mem::take(&mut self.line);
        let bytes = if std::mem::take(&mut self.at_start) {
            bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)
        } else {
            &bytes
        };
        if bytes.is_empty() {
            return self.take_event();
        }
        let line = String::from_utf8_lossy(bytes);
        if line.starts_with(':') {
            return None;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.event.name),
            "id" | "retry" => {}
            _ if self.stray.len() + line.len() < STRAY_BYTES => {
                self.stray.push_str(&line);
                self.stray.push('\n');
            }
            _ => {}
        }
        None
    }

    fn take_event(&mut self) -> Option<SseEvent> {
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(parser: &mut SseParser, pieces: &[&[u8]]) -> Vec<SseEvent> {
        let mut events: Vec<SseEvent> = pieces.iter().flat_map(|piece| parser.feed(piece).unwrap()).collect();
        events.extend(parser.finish());
        events
    }

    fn data(events: &[SseEvent]) -> Vec<&str> {
        events.iter().map(|event| event.data.as_str()).collect()
    }

    #[test]
    fn every_line_ending_ends_a_line_once() {
        for text in [
            "data: a\n\ndata: b\n\n",
            "data: a\r\n\r\ndata: b\r\n\r\n",
            "data: a\r\rdata: b\r\r",
        ] {
            assert_eq!(
                data(&all(&mut SseParser::new(100), &[text.as_bytes()])),
                ["a", "b"],
                "{text:?}"
            );
        }
    }

    #[test]
    fn comments_ids_and_a_byte_order_mark_are_passed_over() {
        let text = "\u{FEFF}: hello\nid: 7\nretry: 5\nevent: x\ndata:a\ndata: b\n\n: bye\n\n";
        let events = all(&mut SseParser::new(100), &[text.as_bytes()]);
        assert_eq!(
            events,
            [SseEvent {
                name: "x".into(),
                data: "a\nb".into()
            }]
        );
    }

    #[test]
    fn line_separators_inside_json_end_nothing() {
        let events = all(
            &mut SseParser::new(100),
            &["data: {\"t\":\"a\u{2028}b\u{0085}c\"}\n\n".as_bytes()],
        );
        assert_eq!(data(&events), ["{\"t\":\"a\u{2028}b\u{0085}c\"}"]);
    }

    #[test]
    fn the_last_event_needs_no_empty_line_and_a_long_line_is_refused() {
        assert_eq!(data(&all(&mut SseParser::new(100), &[b"data: end"])), ["end"]);
        assert_eq!(SseParser::new(10).feed(&[b'x'; 11]), Err(LineTooLong));
    }

    #[test]
    fn a_bare_json_error_is_kept_as_stray_text() {
        let mut parser = SseParser::new(100);
        all(&mut parser, &[b"data: {}\n\n{\n  \"error\": {\"code\": 503}\n}\n"]);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(parser.stray()).unwrap()["error"]["code"],
            503
        );
    }

    proptest! {
        #[test]
        fn cutting_the_bytes_anywhere_changes_nothing(cuts in proptest::collection::vec(0_usize..60, 0..6)) {
            let bytes = "event: a\r\ndata: Grüße 🌍\r\n\r\ndata: x\n\n: c\rdata: y\r\r".as_bytes();
            let whole = all(&mut SseParser::new(1000), &[bytes]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(all(&mut SseParser::new(1000), &pieces), whole);
        }

        #[test]
        fn no_bytes_whatever_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut parser = SseParser::new(1000);
            let _any = parser.feed(&bytes);
            let _any = parser.finish();
        }
    }
}
