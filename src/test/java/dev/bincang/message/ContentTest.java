package dev.bincang.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentTest {

    private static final Content.Limits LIMITS = new Content.Limits(4_000, 50, 10, 4_096);
    private static final Attachment PICTURE = attachment("https://files.example/a.png");

    private static Attachment attachment(String url) {
        return new Attachment(url, null, null, null, null, null);
    }

    private static ObjectNode data(String json) throws JsonProcessingException {
        return (ObjectNode) Codec.json().readTree(json);
    }

    private static Content content(@Nullable String text, List<Attachment> attachments, @Nullable ObjectNode data) {
        return new Content(text, null, null, attachments, data);
    }

    private static void wrong(String field, ErrorCode code, Content content) {
        var refusal = content.wrong(LIMITS);
        assertNotNull(refusal, content.toString());
        assertEquals(code, refusal.code());
        assertEquals(field, String.valueOf(refusal.getMessage()).split(":", 2)[0]);
    }

    @Test
    void aTextMayBeEmptyOnlyBesideAnAttachmentOrData() throws JsonProcessingException {
        assertNull(content("", List.of(PICTURE), null).wrong(LIMITS));
        assertNull(content(null, List.of(), data("{}")).wrong(LIMITS));
        wrong("text", ErrorCode.BAD_REQUEST, content("", List.of(), null));
        wrong("text", ErrorCode.BAD_REQUEST, content(null, List.of(), null));
        wrong("text", ErrorCode.TOO_LARGE, content("x".repeat(4_001), List.of(PICTURE), null));
    }

    @Test
    void dataKeepTheirDigits() throws JsonProcessingException {
        var json = "{\"a\":1.10,\"b\":12345678901234567890123456789,\"c\":[null,true,{\"d\":1E+2}],\"e\":0.1}";

        assertEquals(
                ",\"text\":\"\",\"data\":" + json,
                new String(content(null, List.of(), data(json)).json(), StandardCharsets.UTF_8));
    }

    @Test
    void dataHaveASize() throws JsonProcessingException {
        assertNull(content(null, List.of(), data("{\"a\":\"" + "x".repeat(4_088) + "\"}"))
                .wrong(LIMITS));
        wrong("data", ErrorCode.TOO_LARGE, content(null, List.of(), data("{\"a\":\"" + "x".repeat(4_089) + "\"}")));
    }

    @Test
    void anAttachmentIsAFileOnTheWeb() {
        for (var url : List.of("https://a.example/b?c=d#e", "http://127.0.0.1:8080/x", "HTTPS://a.example")) {
            assertNull(content("", List.of(attachment(url)), null).wrong(LIMITS), url);
        }
        for (var url : List.of(
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "//a.example/b",
                "/b",
                "",
                "https:b",
                "https://a b",
                "https://" + "a".repeat(2_000),
                " https://a.example",
                "https://a.example/\n")) {
            wrong("attachments", ErrorCode.BAD_REQUEST, content("", List.of(attachment(url)), null));
        }
    }

    @Test
    void theFieldsOfAnAttachmentHaveBounds() {
        var url = PICTURE.url();
        for (var wrong : List.of(
                new Attachment(url, "image", null, null, null, null),
                new Attachment(url, "image/png\r\nX: y", null, null, null, null),
                new Attachment(url, null, "a\u202eb", null, null, null),
                new Attachment(url, null, "x".repeat(256), null, null, null),
                new Attachment(url, null, null, -1L, null, null),
                new Attachment(url, null, null, null, 0, null),
                new Attachment(url, null, null, null, null, 1_000_001))) {
            wrong("attachments", ErrorCode.BAD_REQUEST, content("", List.of(wrong), null));
        }
        assertNull(content("", List.of(new Attachment(url, "image/svg+xml", "é 1.svg", 0L, 1, 1)), null)
                .wrong(LIMITS));
        wrong("attachments", ErrorCode.TOO_LARGE, content("", Collections.nCopies(11, PICTURE), null));
    }
}
