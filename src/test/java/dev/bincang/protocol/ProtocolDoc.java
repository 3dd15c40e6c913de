package dev.bincang.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code docs/protocol.md}, split at its headings: {@code ##} begins a chapter, {@code ###} a section. */
record ProtocolDoc(List<Section> all) {

    /**
     * The text under one heading, up to the next one.
     *
     * @param name empty for the text before the first section of a chapter
     */
    record Section(String chapter, String name, List<String> lines) {

        /** The json code blocks. */
        List<String> examples() {
            var examples = new ArrayList<String>();
            StringBuilder open = null;
            for (var line : lines) {
                if (line.equals("```json")) {
                    open = new StringBuilder();
                } else if (open != null && line.equals("```")) {
                    examples.add(open.toString().strip());
                    open = null;
                } else if (open != null) {
                    open.append(line).append('\n');
                }
            }
            return examples;
        }

        /** The cells of all table rows, without the header rows. */
        List<List<String>> rows() {
            var rows = new ArrayList<List<String>>();
            for (int i = 0; i < lines.size(); i++) {
                var inTable = lines.get(i).startsWith("|") && !lines.get(i).startsWith("|---");
                var head = i + 1 < lines.size() && lines.get(i + 1).startsWith("|---");
                if (inTable && !head) {
                    rows.add(Arrays.stream(lines.get(i).split("\\|", -1))
                            .skip(1)
                            .map(String::strip)
                            .toList());
                }
            }
            return rows;
        }
    }

    static ProtocolDoc read() {
        var sections = new ArrayList<Section>();
        var current = new Section("", "", new ArrayList<>());
        sections.add(current);
        try {
            for (var line : Files.readAllLines(Path.of("docs", "protocol.md"))) {
                if (line.startsWith("## ")) {
                    current = new Section(line.substring(3), "", new ArrayList<>());
                    sections.add(current);
                } else if (line.startsWith("### ")) {
                    current = new Section(current.chapter(), line.substring(4), new ArrayList<>());
                    sections.add(current);
                } else {
                    current.lines().add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProtocolDoc(sections);
    }

    Section chapter(String chapter) {
        return section(chapter, "");
    }

    Section section(String chapter, String name) {
        return all.stream()
                .filter(section ->
                        section.chapter().equals(chapter) && section.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + chapter + " / " + name));
    }

    List<Section> sections(String chapter) {
        return all.stream().filter(section -> section.chapter().equals(chapter)).toList();
    }

    int exampleCount() {
        return all.stream().mapToInt(section -> section.examples().size()).sum();
    }

    /** Removes the backticks. */
    static String bare(String cell) {
        return cell.replace("`", "");
    }
}
