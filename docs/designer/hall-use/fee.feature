Feature: The fee
  Scenario: Nine hours in the hall
    Given the sample province of Hải Sơn
    And the procedure "hall-use" has been published
    And Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:00 on Monday 09/11/2026 with:
      | hours | 9 |
    When Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 09/11/2026
    And Đinh Văn Phúc does "Examine the dossier", outcome "In order, to the leader", at 10:00 on Monday 09/11/2026
    And Lê Văn Chiến does "Decide", outcome "Agree", at 15:00 on Monday 09/11/2026
    Then the fee to collect is 540000 dong
