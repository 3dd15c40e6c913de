package dev.bincang.browser;

import dev.bincang.testing.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Makes the pictures of README, with {@code -Dit.test=ScreenshotsIT -Dbincang.screenshots=docs/screenshots}. */
@EnabledIfSystemProperty(named = "bincang.screenshots", matches = ".+")
class ScreenshotsIT {

    private static final int WIDTH = 1120;
    private static final int HEIGHT = 700;

    @Order(1)
    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Order(2)
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    private static String server() {
        return "http://127.0.0.1:" + CLUSTER.pod(0).port();
    }

    private static Guest guest(String name) {
        return Guest.named(name, CLUSTER.pod(0).port());
    }

    private static void picture(Tab tab, String name) throws IOException {
        var folder = Files.createDirectories(Path.of(System.getProperty("bincang.screenshots")));
        Files.write(folder.resolve(name + ".png"), tab.screenshot());
    }

    private static void join(Tab tab, String room) {
        tab.click("#room");
        tab.type(room);
        tab.press("Enter");
        tab.until("document.getElementById('title').textContent === '" + room + "'");
    }

    @Test
    void screenshotsOfAConversation() throws IOException {
        var ben = guest("Ben");
        var clara = guest("Clara");
        ben.says("release", "1.4.2 is on staging. Anybody who wants to have a look?");
        var desktop = BROWSER.tab().viewport(WIDTH, HEIGHT, false).colors("light");
        var ana = Chat.enter(desktop, server(), "Ana", "general");
        join(desktop, "design");
        join(desktop, "weekend");
        join(desktop, "release");
        clara.says("release", "Looking. The phone first, it was the phone last time.");
        desktop.until("document.querySelectorAll('.message').length === 2");
        ana.write("I take the train then: tunnels all the way, let us see what it does without a network.");
        desktop.until("document.querySelectorAll('.message').length === 3");
        clara.says("release", "Phone is fine. Scrolled back three weeks, nothing jumped.");
        clara.says(
                "release", "And it found a way through the proxy at my mother's \u2013 by long poll, says the corner.");
        desktop.until("document.querySelectorAll('.message').length === 5");
        ana.write("Three tunnels, two pods killed, everything arrived once and in order.");
        desktop.until("document.querySelectorAll('.message').length === 6");
        ben.says("release", "Then out it goes.");
        ben.says("general", "Lunch?");
        clara.says("general", "Ten minutes!");
        clara.says("design", "The dark one is in.");
        desktop.until("document.querySelectorAll('#rooms .badge:not([hidden])').length === 2");
        desktop.until("document.querySelectorAll('.message').length === 7");
        picture(desktop, "chat");
        desktop.click("#way");
        picture(desktop.colors("dark"), "chat-dark");

        var phone = BROWSER.tab().viewport(390, 760, true).colors("dark");
        Chat.enter(phone, server(), "Dewi", "release");
        phone.until("document.querySelectorAll('.message').length === 7");
        picture(phone, "chat-phone");
    }

    @Test
    void screenshotsOfTheTransports() throws IOException {
        var tab = BROWSER.tab().viewport(WIDTH + 160, HEIGHT + 60, false).colors("light");
        tab.open(server() + "/transports.html").until("document.querySelectorAll('.state.open').length === 5");
        tab.until("document.querySelector('[data-transport=poll] [data-of=messages]').textContent >= 15");
        picture(tab, "transports");
    }
}
