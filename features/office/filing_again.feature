# language: en
Feature: A filing that is sent again is one dossier
  When the line breaks, nobody knows whether the papers arrived. They are sent again without fear: one dossier with one
  number, and the same answer as the first time.

  Background:
    Given the sample province of Hải Sơn
    And the procedure "certified-copy" has been published

  Scenario: The line broke before the answer came
    Given Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-1" at 08:10 on Monday 23/11/2026
    When Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-1" at 08:12 on Monday 23/11/2026
    Then there is one dossier, and every answer names it
    And the history is intact and replays to the same result

  Scenario: Sent four times at once
    When Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-1" four times at once at 08:10 on Monday 23/11/2026
    Then there is one dossier, and every answer names it
    And the history is intact and replays to the same result

  Scenario: Other papers under a mark that was used are not taken for the first ones
    Given Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-1" at 08:10 on Monday 23/11/2026
    When Trần Thị Hoa sends the papers of Nguyễn Thị Hồng Nhung under the mark "k-1" at 08:12 on Monday 23/11/2026
    Then Trần Thị Hoa is told that the mark was used for other papers
    And there is one dossier, and every answer names it

  Scenario: Two filings are two dossiers
    When Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-1" at 08:10 on Monday 23/11/2026
    And Trần Thị Hoa sends the papers of Phạm Văn Nam under the mark "k-2" at 08:12 on Monday 23/11/2026
    Then there are two dossiers, each with a number of its own
