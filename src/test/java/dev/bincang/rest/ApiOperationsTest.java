package dev.bincang.rest;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.bincang.mark.Marks;
import dev.bincang.mark.Preferences;
import dev.bincang.message.MessageVersions;
import dev.bincang.people.Report;
import dev.bincang.people.profile.Profiles;
import dev.bincang.protocol.ApiDocs;
import dev.bincang.rest.invite.InvitesResource;
import dev.bincang.rest.people.ReportsResource;
import dev.bincang.room.Room;
import dev.bincang.room.Settings;
import dev.bincang.room.invite.Acceptance;
import dev.bincang.room.invite.Additions;
import dev.bincang.room.invite.Invites;
import dev.bincang.room.lists.ListPage;
import dev.bincang.room.lists.MemberLists;
import dev.bincang.room.lists.RoomLists;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code openapi.yaml} describes every operation of the resources completely, and its schemas agree with the records.
 */
class ApiOperationsTest {

    private final JsonNode http = ApiDocs.read().http();

    private Stream<Map.Entry<String, JsonNode>> operations() {
        return http.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> Map.entry(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
    }

    @Test
    void everyMethodOfAResourceIsAnOperation() {
        var described = operations().map(Map.Entry::getKey).collect(toCollection(TreeSet::new));
        var there = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.bincang").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class) && !type.isAssignableTo(DevTokens.class))
                        .flatMap(type -> Stream.of(type.reflect().getDeclaredMethods()))
                        .flatMap(ApiOperationsTest::route)
                        .collect(toCollection(TreeSet::new));
        there.add("GET /api/events"); // a route of Vert.x
        assertEquals(there, described);
    }

    private static Stream<String> route(Method method) {
        var root = method.getDeclaringClass().getAnnotation(Path.class).value();
        var path = method.getAnnotation(Path.class);
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .map(type -> type.getAnnotation(HttpMethod.class))
                .flatMap(Stream::ofNullable)
                .map(verb -> verb.value() + " " + root + (path == null ? "" : path.value()));
    }

    @Test
    void everyOperationHasAUniqueIdAndAllItsResponses() {
        var names = new HashSet<String>();
        operations().forEach(entry -> {
            var route = entry.getKey();
            var operation = entry.getValue();
            assertTrue(names.add(operation.path("operationId").asText("")), route);
            assertTrue(operation.hasNonNull("summary"), route);
            assertEquals(1, operation.path("tags").size(), route);
            var responses = operation.path("responses");
            assertTrue(responses.has("200") || responses.has("201") || responses.has("204"), route);
            assertEquals(route.matches("P.*"), responses.has("413") && responses.has("415"), route);
            assertTrue(!route.contains("{room}") || responses.has("404"), route);
            assertEquals(route.equals("GET /api/rooms/{room}"), responses.has("304"), route);
            var conditional = operation.toString().contains("/IfMatch");
            assertEquals(conditional, responses.has("412"), route);
        });
    }

    @Test
    void everySchemaAgreesWithItsRecord() {
        Map.ofEntries(
                        Map.entry("NewGuest", EntryResource.Guest.class),
                        Map.entry("Guest", EntryResource.Entered.class),
                        Map.entry("Ticket", EntryResource.Ticket.class),
                        Map.entry("NewRoom", RoomsResource.NewRoom.class),
                        Map.entry("RoomChange", Settings.class),
                        Map.entry("Room", Room.class),
                        Map.entry("RoomPage", ListPage.class),
                        Map.entry("RoomListItem", RoomLists.Mine.class),
                        Map.entry("OwnSettings", Preferences.class),
                        Map.entry("OwnSettingsChange", Preferences.Change.class),
                        Map.entry("Receipts", Marks.Receipts.class),
                        Map.entry("Receipt", Marks.Receipt.class),
                        Map.entry("MessageVersions", MessageVersions.Versions.class),
                        Map.entry("MessageVersion", MessageVersions.Version.class),
                        Map.entry("MemberPage", ListPage.class),
                        Map.entry("Member", MemberLists.Member.class),
                        Map.entry("RoleChange", MembersResource.Change.class),
                        Map.entry("BarredPage", ListPage.class),
                        Map.entry("Barred", MemberLists.Barred.class),
                        Map.entry("BlockPage", ListPage.class),
                        Map.entry("ReportPage", ListPage.class),
                        Map.entry("Report", Report.class),
                        Map.entry("Resolution", ReportsResource.Resolution.class),
                        Map.entry("Profiles", Profiles.Found.class),
                        Map.entry("Profile", Profiles.Profile.class),
                        Map.entry("NewMembers", InvitesResource.NewMembers.class),
                        Map.entry("AddedMembers", InvitesResource.AddedMembers.class),
                        Map.entry("AddedMember", Additions.Addition.class),
                        Map.entry("NewInvite", InvitesResource.NewInvite.class),
                        Map.entry("CreatedInvite", Invites.Made.class),
                        Map.entry("InvitePage", ListPage.class),
                        Map.entry("Invite", Invites.Invite.class),
                        Map.entry("Invitation", Acceptance.Invitation.class),
                        Map.entry("Sanction", Sanction.class))
                .forEach((schema, record) -> assertEquals(
                        fields(record),
                        http.at("/components/schemas/" + schema + "/properties").properties().stream()
                                .map(Map.Entry::getKey)
                                .collect(toCollection(TreeSet::new)),
                        schema));
    }

    private static Set<String> fields(Class<?> record) {
        var fields = new TreeSet<String>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                fields.addAll(fields(component.getType()));
            } else {
                var named = component.getAccessor().getAnnotation(JsonProperty.class);
                fields.add(named == null ? component.getName() : named.value());
            }
        }
        return fields;
    }
}
