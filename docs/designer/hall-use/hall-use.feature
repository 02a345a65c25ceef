# language: vi
Tính năng: Sử dụng hội trường xã
  Mỗi kịch bản là một lời hứa của thủ tục. Sửa thời hạn hay bước nào trong sơ đồ thì sửa lời hứa ở đây, rồi chạy
  «motcua procedure test». Các câu có thể dùng: «motcua procedure test --sentences».

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "hall-use" đã được công bố

  Quy tắc: Thời hạn 3 ngày làm việc tính từ khi tiếp nhận, nhận sau 15:00 thì tính từ ngày làm việc sau

    Kịch bản: Từ quầy đến kết quả, đúng hạn
      Cho Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026
      Thì hồ sơ đang chờ ở bước "Tiếp nhận hồ sơ"
      Và hồ sơ chưa có hẹn trả
      Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 09/11/2026
      Thì đồng hồ đang chạy
      Và hẹn trả là 17:00 Thứ Năm 12/11/2026
      Khi Đinh Văn Phúc làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình lãnh đạo", lúc 10:00 Thứ Năm 12/11/2026
      Và Lê Văn Chiến làm bước "Quyết định", kết quả "Đồng ý", lúc 15:00 Thứ Năm 12/11/2026
      Thì việc giải quyết đã xong, đúng hạn
      Khi Trần Thị Hoa làm bước "Trả kết quả" lúc 14:00 Thứ Hai 16/11/2026
      Thì hồ sơ đã kết thúc
      Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

    Kịch bản: Tiếp nhận sau 15:00 thì tính từ ngày làm việc sau
      Cho Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 14:50 Thứ Hai 09/11/2026
      Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 15:10 Thứ Hai 09/11/2026
      Thì hồ sơ được tính từ 07:30 Thứ Ba 10/11/2026

  Quy tắc: Thời gian chờ người dân bổ sung không tính vào thời hạn

    Kịch bản: Đồng hồ dừng khi chờ bổ sung
      Cho Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026
      Và Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 09/11/2026
      Khi Đinh Văn Phúc làm bước "Thẩm định hồ sơ", kết quả "Yêu cầu bổ sung", lúc 09:00 Thứ Ba 10/11/2026
      Thì đồng hồ đang dừng
      Và hồ sơ đang chờ ở bước "Bổ sung hồ sơ"
      Khi Trần Thị Hoa làm bước "Bổ sung hồ sơ" lúc 09:00 Thứ Năm 12/11/2026
      Thì đồng hồ đang chạy
      Và hẹn trả là 17:00 Thứ Hai 16/11/2026

    Kịch bản: Quá 30 ngày không bổ sung thì dừng giải quyết
      Cho Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026
      Và Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 09/11/2026
      Và Đinh Văn Phúc làm bước "Thẩm định hồ sơ", kết quả "Yêu cầu bổ sung", lúc 09:00 Thứ Ba 10/11/2026
      Khi hệ thống làm các việc đã đến hạn lúc 09:00 Thứ Hai 14/12/2026
      Thì hồ sơ đã dừng giải quyết

  Quy tắc: Bốn mắt, và lời từ chối có người ký

    Kịch bản: Người thẩm định không tự quyết định
      Cho Đinh Văn Phúc kiêm nhiệm vị trí "phu-an-chair"
      Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026
      Và Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 09/11/2026
      Khi Đinh Văn Phúc làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình lãnh đạo", lúc 10:00 Thứ Hai 09/11/2026
      Thì Đinh Văn Phúc không được làm bước "Quyết định"

    Kịch bản: Lãnh đạo từ chối, trước hạn
      Cho Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026
      Và Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:30 Thứ Hai 09/11/2026
      Và Đinh Văn Phúc làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình lãnh đạo", lúc 10:00 Thứ Hai 09/11/2026
      Khi Lê Văn Chiến làm bước "Quyết định", kết quả "Từ chối, mẫu 03", lúc 15:00 Thứ Hai 09/11/2026
      Thì việc giải quyết đã xong, trước hạn
      Và hồ sơ đã kết thúc
