# language: en
Feature: A dossier that cannot go on waits for a person, and nothing is lost
  A procedure can have a gap that no check foresaw. The dossier then stands where it was, somebody sees it, what was
  written is kept, and it goes on when the matter is settled. It is never finished by mistake.

  Background:
    Given the sample province of Hải Sơn
    And a procedure that does not know where to go while the number of copies is left open
    And Lê Thanh Bình files a dossier for Nguyễn Thị Hồng Nhung at 08:00 on Monday 16/11/2026
    And Trần Minh An does "Count the copies" at 09:00 on Monday 16/11/2026, leaving the number open and writing "Thiếu trang 2"

  Scenario: It stands where it was, and who is responsible sees it
    Then Trần Minh An is told that the dossier could not go on
    And the dossier is halted, still at "Count the copies"
    And Đỗ Hải Long sees the dossier among the incidents

  Scenario: What was written is kept
    Then the history keeps "Thiếu trang 2" under the name of Trần Minh An
    And the history is intact and replays to the same result

  Scenario: Nobody gets past it before somebody has looked
    Then Vũ Hải Yến cannot do "Count the copies" while the dossier is halted
    And Trần Minh An may not let the dossier go on

  Scenario: It goes on after the administrator has looked
    When Đỗ Hải Long lets the dossier go on at 10:00 on Monday 16/11/2026
    And Trần Minh An does "Count the copies" at 10:30 on Monday 16/11/2026 with:
      | copies | 2 |
    Then the dossier is closed
    And the incidents that Đỗ Hải Long sees no longer name the dossier
    And the history is intact and replays to the same result
