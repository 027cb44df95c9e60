package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Survey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurveyPartTest {

    @Test
    void saysOfEachReasonWhichTargetsWereNotReadForIt() {
        Survey survey = new Survey(118, EvidenceClass.EMPTY_SCHEMA, Instant.now(), Instant.now(), List.of(), List.of(
                new Survey.Unread("shop-3", "connection refused"),
                new Survey.Unread("shop-101", "only the first 100 are read at the opening"),
                new Survey.Unread("shop-102", "only the first 100 are read at the opening"),
                new Survey.Unread("shop-103", "only the first 100 are read at the opening")));

        assertThat(SurveyPart.of(survey).unread()).containsExactly("shop-3 was not read: connection refused",
                "shop-101 and 2 more were not read: only the first 100 are read at the opening");
    }
}
